/**
 * `npm test`: makes the clone ready and runs every package's tests on the backend of CONTRASTIVE_BACKEND (native by
 * default). `--slow` runs the slow proofs instead; other arguments go to vitest. Where CONTRASTIVE_REQUIRE_TOOLS is 1
 * it fails when a tool of scripts/tools.mjs is missing; CONTRASTIVE_AFTER_NATIVE=1 leaves out what was just run on
 * native TensorFlow and asks little of a backend. A run of everything must have run tests of every package, skipped no
 * more than a few beside those that lack a tool, and with `--coverage` on wasm run most of their sources.
 */
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {folders, prepare} from './prepare.mjs';
import {Failure, bin, main, root, withKeptFlags} from './processes.mjs';
import {advice, missing} from './tools.mjs';

/**
 * How many tests may be skipped: those of another backend's kernels, and on wasm those that only native TensorFlow can
 * run, and those in a browser and of several ranks, which run beside it. What lacks a tool is skipped besides.
 */
const MOST_SKIPPED = {tensorflow: 1, wasm: 82, cpu: 98};

/** Percent of the packages' sources that tests on wasm run at least, with `--coverage`: a point below what they did. */
const LEAST_COVERED = {statements: 86, branches: 82, functions: 86, lines: 86};

await main(async given => {
  const args = withKeptFlags('npm test', given, {slow: false, coverage: false});
  const slow = args.includes('--slow');
  const rest = args.filter(arg => arg !== '--slow');
  if (process.env.CONTRASTIVE_REQUIRE_TOOLS === '1' && missing().length > 0)
    throw new Failure(missing().map(advice).join('\n'));
  const {backend} = await prepare();
  const whole = rest.every(arg => arg === '--coverage') && !slow;
  const floor =
    whole && rest.includes('--coverage') && backend === 'wasm'
      ? Object.entries(LEAST_COVERED).map(([of, percent]) => `--coverage.thresholds.${of}=${percent}`)
      : [];

  const results = join(root, 'node_modules', '.cache', `test-${backend}.json`);
  mkdirSync(join(results, '..'), {recursive: true});
  rmSync(results, {force: true});
  const {code} = await bin(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...rest, ...floor],
    {allowFailure: true, env: {CONTRASTIVE_BACKEND: backend, ...(slow && {CONTRASTIVE_SLOW: '1'})}},
  );
  if (!existsSync(results)) throw new Failure('The tests ended without results.');
  const {numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, testResults} = JSON.parse(
    readFileSync(results, 'utf8'),
  );

  const skipped = testResults
    .flatMap(({assertionResults}) => assertionResults)
    .flatMap(({status, fullName}) => (status === 'skipped' ? [fullName] : []));
  const lacking = missing().map(tool => ({
    tool,
    count: skipped.filter(name => name.includes(`(needs ${tool})`)).length,
  }));

  if (whole) {
    const ran = testResults.map(({name}) => name.replaceAll('\\', '/'));
    const left = folders.filter(folder => !ran.some(name => name.includes(`/${folder}/test/`)));
    if (left.length > 0 && process.env.CONTRASTIVE_AFTER_NATIVE !== '1')
      throw new Failure(`No test of these ran: ${left.join(', ')}.`);
    const most = MOST_SKIPPED[backend] ?? 0;
    const others = lacking.reduce((sum, {count}) => sum - count, numPendingTests);
    if (others > most) throw new Failure(`${others} tests were skipped on ${backend}; at most ${most} may be.`);
  }
  for (const {tool, count} of lacking) if (count > 0) console.log(`${count} skipped: ${advice(tool)}`);
  console.log(`${backend}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  if (code !== 0)
    throw new Failure(
      numFailedTests + numFailedTestSuites > 0
        ? 'Some tests failed; see above.'
        : `vitest ended with exit code ${code}.`,
    );
});
