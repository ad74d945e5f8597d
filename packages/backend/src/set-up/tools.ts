import {accessSync, constants, readdirSync, statSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {runProgram} from './run-program.js';
import {SetUpError} from './set-up-error.js';

/** The first of some programs that is on the PATH, by its full path, or undefined. */
export function findProgram(...names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const directory of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) {
          return path;
        }
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

const alternative = "or name a directory that holds TensorFlow's C library with CONTRASTIVE_TENSORFLOW.";

/**
 * The Python that can run pip.
 *
 * @throws SetUpError if there is none.
 */
async function requirePip(signal?: AbortSignal): Promise<string> {
  const python = findProgram('python3', 'python');
  if (python === undefined) {
    throw new SetUpError(
      'no-python',
      "There is no python3 on the PATH; TensorFlow's library is taken from its Python wheel.",
      `Install python3 and pip (on Debian and Ubuntu: apt install python3-pip), ${alternative}`,
    );
  }
  const {code} = await runProgram(python, ['-m', 'pip', '--version'], {signal, timeout: 30_000});
  if (code !== 0) {
    throw new SetUpError(
      'no-pip',
      `${python} has no pip; it fetches TensorFlow's library.`,
      `Install it (on Debian and Ubuntu: apt install python3-pip), ${alternative}`,
    );
  }
  return python;
}

/** The C++ compiler: `CXX`, else the first usual one on the PATH; undefined without one. */
export function findCompiler(): string | undefined {
  const named = process.env.CXX;
  return named === undefined || named === '' ? findProgram('g++', 'c++', 'clang++') : (findProgram(named) ?? named);
}

/**
 * The C++ compiler.
 *
 * @throws SetUpError if there is none.
 */
export function requireCompiler(): string {
  const compiler = findCompiler();
  if (compiler === undefined) {
    throw new SetUpError(
      'no-compiler',
      "There is no C++ compiler on the PATH (g++, c++ or clang++); TensorFlow's addon for Node is compiled here.",
      'Install one (on Debian and Ubuntu: apt install g++), or name one with CXX.',
    );
  }
  return compiler;
}

/**
 * What a set-up from TensorFlow's wheel needs: the Python that can run pip; the compiler is there. To be asked before
 * hundreds of megabytes are fetched.
 *
 * @throws SetUpError that names all that is missing.
 */
export async function requireTools(signal?: AbortSignal): Promise<string> {
  const [compiler, python] = await Promise.allSettled([
    new Promise<string>(resolve => {
      resolve(requireCompiler());
    }),
    requirePip(signal),
  ]);
  signal?.throwIfAborted();
  if (compiler.status === 'fulfilled' && python.status === 'fulfilled') return python.value;
  const missing = [compiler, python].flatMap(result =>
    result.status === 'rejected' ? [result.reason as SetUpError] : [],
  );
  const [first, second] = missing;
  throw missing.length === 1 ? first : new SetUpError(first.failure, first.message, second.message);
}

/**
 * Finds the machine's NVIDIA GPUs, by name; none where `CUDA_VISIBLE_DEVICES` hides them.
 *
 * @param signal ends the search.
 */
export async function findGpus(signal?: AbortSignal): Promise<string[]> {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  if (visible === '' || visible?.startsWith('-1') === true) {
    return [];
  }
  const program = findProgram('nvidia-smi');
  if (program !== undefined) {
    const {code, output} = await runProgram(program, ['-L'], {signal, timeout: 10_000});
    return code === 0
      ? [...output.matchAll(/^GPU \d+: (.+?)(?: \(UUID.*)?$/gm)].map(([, name = 'NVIDIA GPU']) => name)
      : [];
  }
  try {
    return readdirSync('/proc/driver/nvidia/gpus').map(() => 'NVIDIA GPU');
  } catch {
    return [];
  }
}
