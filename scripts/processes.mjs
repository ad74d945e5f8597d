/**
 * What every root command shares: where the root is, child processes that end with us, and how a command ends. Plain
 * JavaScript with no dependency, because it runs before anything is installed.
 */
import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const PNPM = 'pnpm@10.34.9';

/** An expected failure: its message is all that the user needs to see. */
export class Failure extends Error {}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: this project needs Node 20.19 or newer. Install a current LTS ` +
      'release and run the command again.',
  );
  process.exit(1);
}

/** Child processes that run now; they end with this process. */
const children = new Set();
export const interrupted = new AbortController();

/** Signals within so many ms are one: a terminal sends Ctrl-C to all of its processes, and npm sends it on. */
const ONE_SIGNAL = 2000;
const onTerminal = [process.stdin, process.stdout, process.stderr].some(stream => stream.isTTY);
let lastSignal = -Infinity;

/**
 * Ends the children and then us. A user's program ends by itself, however long it takes to save. Another child on our
 * terminal got Ctrl-C itself and has a moment to clean up; one that did not is told.
 */
function stopAll(signal) {
  const again = interrupted.signal.aborted;
  const now = performance.now();
  if (again && now - lastSignal < ONE_SIGNAL) return;
  lastSignal = now;
  interrupted.abort();
  const programs = [...children].filter(child => child.isProgram);
  if (programs.length > 0) {
    const wasTold = onTerminal && signal === 'SIGINT' && !again; // by the terminal
    for (const child of programs) if (!wasTold) child.kill(signal);
    return;
  }
  if (again) return;
  for (const child of children) if (child.ownGroup) killGroup(child);
  const tell = () => {
    for (const child of children) if (!child.ownGroup) child.kill('SIGTERM');
  };
  setTimeout(tell, signal === 'SIGINT' ? 700 : 0).unref();
  setTimeout(() => {
    for (const child of children) killGroup(child);
    process.exit(130);
  }, 1600).unref();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stopAll);
process.once('exit', () => {
  for (const child of children) if (child.ownGroup) killGroup(child);
});

function killGroup(child) {
  try {
    process.kill(child.ownGroup ? -child.pid : child.pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}

/**
 * Runs a command in the root. `quiet` keeps its output back and shows it only when the command fails; such a command
 * gets a process group of its own, so that its children end with it. `program` is for a program of the user's: after a
 * signal it ends by itself, and we end as it does.
 */
export function run(command, args, options = {}) {
  const {cwd = root, env = {}, quiet = false, allowFailure = false, program = false} = options;
  return new Promise((resolve, reject) => {
    if (interrupted.signal.aborted) return reject(new Failure('Interrupted.'));
    const child = spawn(command, args, {
      cwd,
      env: {...process.env, ...env},
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      detached: quiet,
      shell: process.platform === 'win32',
    });
    child.ownGroup = quiet;
    child.isProgram = program;
    children.add(child);
    let output = '';
    child.stdout?.on('data', chunk => (output += chunk));
    child.stderr?.on('data', chunk => (output += chunk));
    child.once('error', error => {
      children.delete(child);
      reject(new Failure(`Could not start ${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      children.delete(child);
      if (interrupted.signal.aborted && !program) {
        if (quiet) killGroup(child);
        return reject(new Failure('Interrupted.'));
      }
      if (code === 0 || allowFailure) return resolve({code: code ?? 1, output});
      const failure = new Failure(
        `${[command, ...args].join(' ')} ended with ` +
          `${signal ?? `exit code ${code}`}.${quiet ? `\n\n${output.trim()}` : ''}`,
      );
      failure.code = code ?? (program ? 128 + constants.signals[signal] : 1);
      failure.told = !quiet; // its own output said why
      reject(failure);
    });
  });
}

/** Runs a program of node_modules/.bin; no package manager in between. */
export function bin(name, args, options) {
  return run(join(root, 'node_modules', '.bin', name), args, options);
}

export function pnpm(args, options) {
  return run('npx', ['-y', PNPM, ...args], options);
}

/** The time since `start` (of performance.now()), as `12.3 s`. */
export function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * The arguments of a command with the flags that npm kept for itself, as it does where no `--` stands before them:
 * `npm start --smoke` is not to be another run than `npm start -- --smoke`.
 *
 * @param command What the user typed before the flags.
 * @param flags Those of the command, and whether each takes a value.
 */
export function withKeptFlags(command, args, flags) {
  const kept = Object.entries(flags).flatMap(([name, takesValue]) => {
    const value = process.env[`npm_config_${name.replaceAll('-', '_')}`];
    if (value === undefined || value === '' || args.some(arg => arg.split('=')[0] === `--${name}`)) return [];
    if (takesValue && value === 'true')
      throw new Failure(`npm kept --${name} for itself; put -- before it: ${command} -- --${name} …`);
    return value === 'false' ? [] : [takesValue ? `--${name}=${value}` : `--${name}`];
  });
  return [...args, ...kept];
}

/** Ends a root command: an expected failure by its message alone, anything else with its stack. */
export async function main(command) {
  try {
    await command(process.argv.slice(2));
  } catch (error) {
    if (interrupted.signal.aborted) process.exit(error.code > 0 ? error.code : 130);
    if (!error.told) console.error(error instanceof Failure ? error.message : error);
    process.exit(error.code > 0 ? error.code : 1);
  }
}
