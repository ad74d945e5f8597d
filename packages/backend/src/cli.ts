import {parseArgs} from 'node:util';
import {interruptible} from './set-up/interruptible.js';
import {packageRoot, packageVersion} from './native/native-package.js';
import {wasmCost} from './platform.js';
import {SetUpError} from './set-up/set-up-error.js';

const usage = `Sets up native TensorFlow for TensorFlow.js, and says what is there.

Usage: contrastive-backend COMMAND [--verbose]

  setup      Set up native TensorFlow for this project.
  doctor     Say what was found here, and what is wrong.

  --verbose  Show where an error came from.
  --version  Say which version this is.
`;

/** What a command does; gives its exit code. */
const commands: Readonly<Record<string, (() => Promise<number>) | undefined>> = {
  /** Adds what the project lacks, then sets up native TensorFlow; 1 where this machine could have it and does not. */
  setup: () =>
    interruptible(undefined, async signal => {
      const {completeProject} = await import('./command/project.js');
      const {setUp} = await import('./set-up/set-up.js');
      await completeProject(process.cwd(), signal);
      const {problem} = await setUp({signal});
      if (problem === undefined) return 0;
      process.stderr.write(
        `contrastive-backend: native TensorFlow could not be set up: ${problem.message}\n` +
          `Until it is, useBackend() falls back to wasm, which trains about ${wasmCost} × slower.\n`,
      );
      return 1;
    }),
  /** Prints what was found on this machine, and what is wrong with advice; 1 where something is. */
  doctor: async () => {
    const {gatherFacts} = await import('./doctor/facts.js');
    const {diagnose} = await import('./doctor/diagnose.js');
    const {render} = await import('./doctor/render.js');
    const facts = await interruptible(undefined, gatherFacts);
    const problems = diagnose(facts);
    process.stdout.write(render(facts, problems));
    return problems.length === 0 ? 0 : 1;
  },
};

/** Puts out why a command failed: its message, which carries the remedy; asked for, where it came from, too. */
function reportError(error: unknown, verbose: boolean): void {
  process.stderr.write(`contrastive-backend: ${error instanceof Error ? error.message : String(error)}\n`);
  const debug = verbose || (process.env.DEBUG ?? '').split(',').some(name => name.trim().startsWith('contrastive'));
  for (let cause = error; debug && cause instanceof Error; cause = cause.cause) {
    process.stderr.write(`${cause.stack ?? ''}\n`);
  }
}

/** Does what the arguments ask for; gives the exit code: 130 after an interruption, 1 after another failure. */
async function main(args: readonly string[]): Promise<number> {
  let verbose = args.includes('--verbose');
  try {
    const flag = {type: 'boolean', default: false} as const;
    const options = {verbose: flag, version: flag, help: {...flag, short: 'h'}};
    const {values, positionals} = parseArgs({args: [...args], options, allowPositionals: true});
    verbose = values.verbose;
    if (values.version) process.stdout.write(`${packageVersion(packageRoot())}\n`);
    if (values.help) process.stdout.write(usage);
    if (values.version || values.help) return 0;
    const [name = 'nothing', ...more] = positionals;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command && more.length === 0) return await command();
    throw new RangeError(`expected the command setup or doctor, got ${[name, ...more].join(' ')}; see --help.`);
  } catch (error) {
    reportError(error, verbose);
    return error instanceof SetUpError && error.failure === 'interrupted' ? 130 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
