/**
 * `npm run check`: everything but the tests that must hold: types, lint, import directions, packages as published,
 * installed and run, planned versions, unused code, documented API. Two steps run at a time, the longest first.
 */
import {packages, prepare, slot} from './prepare.mjs';
import {Failure, bin, main, root, run, seconds} from './processes.mjs';

const script = (name, ...args) => run(process.execPath, [`scripts/${name}.mjs`, ...args], {quiet: true});

const STEPS = {
  packages: () => script('check-packages'),
  lint: () => bin('eslint', ['.', '--max-warnings=0'], {quiet: true}),
  types: () => bin('tsc', ['--project', '.'], {quiet: true}),
  docs: () => bin('typedoc', ['--emit', 'none'], {quiet: true}),
  format: () => bin('prettier', ['--check', '.', '--log-level=warn', '--cache'], {quiet: true}),
  unused: () => bin('knip', ['--no-config-hints'], {quiet: true}),
  kernels: () => script('augment-kernels', '--check'),
  page: () => script('report-page', '--check'),
  imports: () => script('check-imports'),
  links: () => script('check-links'),
  manifests: () => script('check-manifests'),
  workflows: () => script('check-workflows'),
  releases,
};

/** The version of all packages in the next release. */
const NEXT = '0.2.0';

/** Holds the plan of the change sets: every public package has one, and gets the next version. */
async function releases() {
  const {default: getReleasePlan} = await import('@changesets/get-release-plan'); // there once prepared
  const {releases: planned} = await getReleasePlan(root);
  if (planned.length === 0) return; // all is released
  const wrong = packages()
    .filter(({manifest}) => !manifest.private)
    .flatMap(({name}) => {
      const plan = planned.find(one => one.name === name);
      if (!plan?.changesets.length) return `${name}: expected a change set; add one with npx changeset.`;
      return plan.newVersion === NEXT ? [] : `${name}: expected ${NEXT} as its next version, got ${plan.newVersion}.`;
    });
  if (wrong.length > 0) throw new Failure(wrong.join('\n'));
}

await main(async args => {
  const unknown = args.filter(name => !(name in STEPS));
  if (unknown.length > 0)
    throw new Failure(`There is no check called ${unknown.join(', ')}; there are ${Object.keys(STEPS).join(', ')}.`);
  await prepare({native: false});
  const failed = [];
  const step = async name => {
    const start = performance.now();
    try {
      await STEPS[name]();
      console.log(`${name.padEnd(10)} ${seconds(start).padStart(7)}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(`${name.padEnd(10)}  failed\n\n${error.message}\n`);
      failed.push(name);
    }
  };
  const names = args.length > 0 ? args : Object.keys(STEPS);
  await Promise.all(names.map(name => slot(() => step(name))));
  if (failed.length > 0) throw new Failure(`Not clean: ${failed.join(', ')}.`);
  console.log('All clean.');
});
