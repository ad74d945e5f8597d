/**
 * `npm run example -- NAME`: makes the clone ready and runs examples/NAME, which gets all flags that follow but --help:
 * for that its README is shown, which lists them. Without a name it lists what there is.
 */
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {prepare} from './prepare.mjs';
import {Failure, main, root, run, withKeptFlags} from './processes.mjs';

/** Of all examples; each says which it has. */
const flags = {
  ...{data: true, encoder: true, results: true, claim: true, steps: true, seed: true, out: true, port: true},
  ...{quick: false, list: false, draw: false},
};

/** Those that train in a page: TensorFlow need not be set up for them. */
const inPages = ['browser'];

const folder = join(root, 'examples');
const names = readdirSync(folder)
  .filter(name => existsSync(join(folder, name, 'src', 'main.ts')))
  .sort();

/** Every example with what it does. */
function list() {
  const width = Math.max(...names.map(name => name.length));
  const lines = names.map(
    name =>
      `  ${name.padEnd(width)}  ` +
      `${JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).description ?? ''}`.trimEnd(),
  );
  return ['Examples, to run with npm run example -- NAME (and --help for more on one):', ...lines].join('\n');
}

await main(async ([name, ...args]) => {
  if (name === undefined || name === '--help') return console.log(list());
  if (!names.includes(name)) throw new Failure(`There is no example "${name}".\n${list()}`);
  if (args.includes('--help')) return console.log(readFileSync(join(folder, name, 'README.md'), 'utf8').trimEnd());
  const all = withKeptFlags(`npm run example ${name}`, args, flags);
  await prepare(inPages.includes(name) ? {native: false} : {});
  await run(process.execPath, [join(folder, name, 'dist', 'main.js'), ...all], {program: true});
});
