import {stripVTControlCharacters} from 'node:util';
import {renderUsage} from 'citty';
import {command, parseOptions, type Options} from './options.js';
import {folderOf, run} from './run.js';
import {cleanRunFolder, presentFiles} from './run-folder.js';

/** Signals that end a run, with its exit code: 128 and the signal's number. */
const stoppedBy = {SIGINT: 130, SIGTERM: 143} as const;

/** Says which arguments there are, in colour where the stream is a terminal. */
async function writeUsage(stream: NodeJS.WriteStream): Promise<void> {
  const usage = await renderUsage(command);
  stream.write(`${stream.isTTY ? usage : stripVTControlCharacters(usage)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(rawArgs: readonly string[]): Promise<void> {
  if (rawArgs.some(arg => arg === '--help' || arg === '-h')) return writeUsage(process.stdout);
  let options: Options;
  try {
    options = parseOptions(rawArgs);
  } catch (error) {
    console.error(`${messageOf(error)}\n`);
    await writeUsage(process.stderr);
    process.exitCode = 1;
    return;
  }

  // Everything that was written is whole at any moment, so a run can end right here; between two steps the signal is
  // seen.
  const folder = folderOf(options);
  // The handlers stay, so that a second signal while the first one cleans up does not end it half-way.
  for (const [signal, code] of Object.entries(stoppedBy)) {
    process.on(signal, () => {
      cleanRunFolder(folder);
      const kept = presentFiles(folder);
      console.error(`\nStopped. ${kept.length > 0 ? `Kept: ${kept.join(', ')}` : 'Nothing was written yet.'}`);
      process.exit(code);
    });
  }

  try {
    // What the shell did before, and this program until here.
    const setupSeconds = Number(process.env.CONTRASTIVE_SETUP_SECONDS ?? 0) + performance.now() / 1000;
    await run({...options, setupSeconds});
  } catch (error) {
    cleanRunFolder(folder);
    console.error(`\n${process.env.CONTRASTIVE_DEBUG && error instanceof Error ? error.stack : messageOf(error)}`);
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
