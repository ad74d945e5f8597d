import {setMaxListeners} from 'node:events';
import {createRequire} from 'node:module';
import {availableParallelism} from 'node:os';
import {lastLines, runProgram} from './run-program.js';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import type {Workplace} from './phases.js';

/** What every compilation here has. */
export const flags = ['-std=c++17', '-O2', '-fPIC', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];

/** Node's headers for addons. */
export const nodeHeaders = (): string => {
  const {include_dir: directory} = createRequire(import.meta.url)('node-api-headers') as {include_dir: string};
  return directory;
};

/**
 * Runs the compiler.
 *
 * @throws SetUpError if it fails, with its first error, or if the disk is full.
 */
export async function compile(
  compiler: string,
  args: readonly string[],
  cwd: string,
  {cache, signal}: Workplace,
): Promise<void> {
  const result = await runProgram(compiler, [...flags, ...args], {cwd, signal, env: {TMPDIR: cwd}});
  if (result.code !== 0) {
    const message = `${result.output}\n${result.errors}`;
    const error = /^.*(?:error|cannot find|undefined reference).*$/m.exec(message)?.[0].trim() ?? lastLines(result);
    throw tellsOfFullDisk(message)
      ? diskFull(cache)
      : new SetUpError(
          'compile',
          `${compiler} could not compile TensorFlow's addon: ${error}`,
          'A g++ of version 9 or newer is needed; CXX names another one.',
        );
  }
}

/**
 * Runs tasks, as many at once as there are processors. The first failure ends the others, and is thrown when they have
 * ended, so that their directory may go.
 */
export async function together(
  tasks: readonly ((place: Workplace) => Promise<void>)[],
  place: Workplace,
): Promise<void> {
  const abort = new AbortController();
  const signal = place.signal === undefined ? abort.signal : AbortSignal.any([place.signal, abort.signal]);
  setMaxListeners(tasks.length, signal); // else Node warns of a leak
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task({...place, signal});
  };
  const running = Array.from({length: Math.min(tasks.length, availableParallelism())}, work);
  try {
    await Promise.all(running);
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
