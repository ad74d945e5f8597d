import {connect, letFirstTell, type Ranks} from '@contrastive/distributed';
import {alone, fail} from '@contrastive/example';
import {parseOptions, usage, type Options} from './options.js';
import {assist, folderOf, run} from './run.js';
import {cleanRunFolder, presentFiles} from './run-folder.js';

/** Signals that end a run, with its exit code: 128 and the signal's number. */
const stoppedBy = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;

async function main(rawArgs: readonly string[]): Promise<void> {
  if (rawArgs.some(arg => arg === '--help' || arg === '-h')) {
    console.log(usage);
    return;
  }
  let options: Options;
  try {
    options = parseOptions(rawArgs);
  } catch (error) {
    fail(error);
    console.error(`\n${usage}`);
    return;
  }

  try {
    const communicator = await connect(); // this process by itself, unless mpirun started several
    const folder = folderOf(options);
    if (communicator.rank > 0) await assist(options, communicator);
    else await alone('quickstart', folder, () => runIn(folder, options, communicator));
  } catch (error) {
    letFirstTell();
    console.error();
    fail(error);
  }
}

/** Runs; what is half-written goes, however the run ends. */
async function runIn(folder: string, options: Options, communicator: Ranks): Promise<void> {
  // Everything that was written is whole at any moment, so a run can end right here; between two steps the signal is
  // seen. The handlers stay, so that a second signal while the first one cleans up does not end it half-way.
  for (const [signal, code] of Object.entries(stoppedBy)) {
    process.on(signal, () => {
      cleanRunFolder(folder);
      const kept = presentFiles(folder);
      console.error(`\nStopped. ${kept.length > 0 ? `Kept: ${kept.join(', ')}` : 'Nothing was written yet.'}`);
      console.error('It begins anew each time; -- --quick takes seconds, and -- --epochs 5 a quarter of the training.');
      process.exit(code);
    });
  }
  try {
    // What the shell did before, and this program until here.
    const setupSeconds = Number(process.env.CONTRASTIVE_SETUP_SECONDS ?? 0) + performance.now() / 1000;
    await run({...options, folder, setupSeconds, communicator});
  } finally {
    cleanRunFolder(folder);
  }
}

await main(process.argv.slice(2));
