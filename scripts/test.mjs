/**
 * `npm test`: makes the clone ready and runs every package's tests on the backend of CONTRASTIVE_BACKEND (native by
 * default). `--slow` runs the slow proofs instead; other arguments go to vitest. A run of everything must have run
 * every project, and skipped no more than a few tests.
 */
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {folders, prepare} from './prepare.mjs';
import {Failure, bin, main, root, withKeptFlags} from './processes.mjs';

/**
 * How many tests may be skipped: those of another backend's kernels, and on wasm those that only native TensorFlow can
 * run.
 */
const MOST_SKIPPED = {tensorflow: 1, wasm: 28, cpu: 44};

await main(async given => {
  const args = withKeptFlags('npm test', given, {slow: false});
  const slow = args.includes('--slow');
  const rest = args.filter(arg => arg !== '--slow');
  const {backend} = await prepare();

  const results = join(root, 'node_modules', '.cache', `test-${backend}.json`);
  mkdirSync(join(results, '..'), {recursive: true});
  rmSync(results, {force: true});
  const {code} = await bin(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...rest],
    {allowFailure: true, env: {CONTRASTIVE_BACKEND: backend, ...(slow && {CONTRASTIVE_SLOW: '1'})}},
  );
  if (!existsSync(results)) throw new Failure('The tests ended without results.');
  const {numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, testResults} = JSON.parse(
    readFileSync(results, 'utf8'),
  );

  if (rest.length === 0 && !slow) {
    const ran = testResults.map(({name}) => name.replaceAll('\\', '/'));
    const missing = folders.filter(folder => !ran.some(name => name.includes(`/${folder}/test/`)));
    if (missing.length > 0) throw new Failure(`No test of these ran: ${missing.join(', ')}.`);
    // Tests that need a launcher of MPI say which, and may be skipped where there is none.
    const skipped = testResults
      .flatMap(({assertionResults}) => assertionResults)
      .filter(({status}) => ['pending', 'skipped'].includes(status));
    const launchers = skipped.flatMap(({title}) => /^\(needs (mpirun\..*)\)$/.exec(title)?.slice(1) ?? []);
    for (const need of new Set(launchers)) {
      const count = launchers.filter(one => one === need).length;
      console.log(`${count} tests of several ranks were skipped: they need ${need}`);
    }
    const others = numPendingTests - launchers.length;
    const most = MOST_SKIPPED[backend] ?? 0;
    if (others > most) throw new Failure(`${others} tests were skipped on ${backend}; at most ${most} may be.`);
  }
  console.log(`${backend}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  if (code !== 0)
    throw new Failure(
      numFailedTests + numFailedTestSuites > 0
        ? 'Some tests failed; see above.'
        : `vitest ended with exit code ${code}.`,
    );
});
