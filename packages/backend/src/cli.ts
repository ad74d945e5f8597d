import {parseArgs} from 'node:util';
import {advised, checkOptions, checkValue, choice, flag} from '@contrastive/internal';
import {packageRoot, packageVersion} from './native/native-package.js';
import {requireNode, wasmCost} from './platform.js';
import {SetUpError} from './set-up/set-up-error.js';

const where = 'contrastive-backend';
const help = `see ${where} --help`;

/** What a command may be told, `true` or left out. */
type Flags = Partial<Record<'verbose' | 'version' | 'help', unknown>>;

const usage = `Sets up native TensorFlow for TensorFlow.js, and says what is there.

Usage: contrastive-backend COMMAND [--verbose]

  setup      Set up native TensorFlow for this project.
  doctor     Say what was found here, and what is wrong.

  --verbose  Show where an error came from.
  --version  Say which version this is.
`;

/** What a command does; gives its exit code. */
const commands: Readonly<Record<string, () => Promise<number>>> = {
  /** Adds what the project lacks, then sets up native TensorFlow; 1 where this machine could have it and does not. */
  setup: async () => {
    const {setUpProject} = await import('./command/set-up-project.js');
    const {problem} = await setUpProject();
    if (problem === undefined) return 0;
    process.stdout.write(
      `contrastive-backend: native TensorFlow could not be set up, for the reason above.\n` +
        `Until it is, useBackend() falls back to wasm, which trains about ${wasmCost} × slower.\n`,
    );
    return 1;
  },
  /** Prints what was found on this machine, and what is wrong with advice; 1 where something is. */
  doctor: async () => {
    const {examine} = await import('./doctor/examine.js');
    const {text, problems} = await examine();
    process.stdout.write(text);
    return problems.length === 0 ? 0 : 1;
  },
};

/** Puts out why a command failed: its message, which carries the remedy; asked for, where it came from, too. */
function reportError(error: unknown, verbose: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${where}: ${message.replace(`${where}: `, '')}\n`);
  const debug = verbose || (process.env.DEBUG ?? '').split(',').some(name => name.trim().startsWith('contrastive'));
  for (let cause = error; debug && cause instanceof Error; cause = cause.cause) {
    process.stderr.write(`${cause.stack ?? ''}\n`);
  }
}

/** Does what the arguments ask for; gives the exit code: 130 after an interruption, 1 after another failure. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    requireNode(where);
    const boolean = {type: 'boolean'} as const;
    const options = {verbose: boolean, version: boolean, help: {...boolean, short: 'h'}};
    // Not strict: our own check says what there is.
    const {values, positionals} = parseArgs({args: [...args], options, strict: false});
    checkOptions<Flags>(where, values, {verbose: flag, version: flag, help: flag});
    if (values.version) process.stdout.write(`${packageVersion(packageRoot())}\n`);
    if (values.help) process.stdout.write(usage);
    if (values.version || values.help) return 0;
    const [name, ...more] = positionals;
    checkValue(where, 'command', name, advised(choice(...Object.keys(commands)), help));
    if (more.length > 0) throw new RangeError(`${where}: expected one command, got ${positionals.join(' ')}; ${help}.`);
    return await commands[name]();
  } catch (error) {
    reportError(error, args.includes('--verbose'));
    return error instanceof SetUpError && error.failure === 'interrupted' ? 130 : 1;
  }
}
