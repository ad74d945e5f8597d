import {withoutChatter} from '../native/quietly.js';
import {nativeEnvironment} from '../native/prepare-process.js';
import {lastLines, runProgram} from './run-program.js';
import {SetUpError} from './set-up-error.js';

/** What an addon tells when it is loaded. */
export interface LoadedAddon {
  /** Version of TensorFlow. */
  readonly version: string;
  /** Whether TensorFlow sees a GPU. */
  readonly device: 'gpu' | 'cpu';
  /** TensorFlow's libraries, as loaded. */
  readonly libraries: readonly string[];
  /** What TensorFlow had to say, less its usual chatter. */
  readonly messages: string;
}

/** Loads an addon, which starts TensorFlow, and prints what it is. */
const script = `
const {TF_Version: version, isUsingGpuDevice} = require(process.argv[1]);
const maps = require('node:fs').readFileSync('/proc/self/maps', 'utf8');
const libraries = [...new Set(maps.match(/\\/[^\\n]*libtensorflow[^\\n/]*$/gm) ?? [])];
console.log(JSON.stringify({version, device: isUsingGpuDevice() ? 'gpu' : 'cpu', libraries}));
`;

/**
 * Loads an addon in a process of its own, so that a crash or a hang harms nobody.
 *
 * @throws SetUpError if it does not load.
 */
export async function verifyAddon(path: string, signal?: AbortSignal): Promise<LoadedAddon> {
  const result = await runProgram(process.execPath, ['-e', script, path], {
    signal,
    timeout: 120_000,
    env: nativeEnvironment(),
  });
  const messages = withoutChatter(result.errors).trim();
  if (result.code !== 0) {
    const reason =
      /^(?:Error|TypeError|.*[^\w]Error): .*$/m.exec(messages)?.[0] ??
      lastLines({...result, output: '', errors: messages});
    throw new SetUpError(
      'load',
      `TensorFlow's addon ${path} does not load: ${reason}`,
      'Run `npx contrastive-backend doctor` for what is wrong.',
    );
  }
  return {...(JSON.parse(result.output) as Omit<LoadedAddon, 'messages'>), messages};
}

/** Loads TensorFlow's addon, then ours, by whatever name: `require` wants a file to be called `.node`. */
const kernelsScript = 'require(process.argv[1]); process.dlopen({exports: {}}, process.argv[2]);';

/** Why our kernels do not load beside an addon, found in a process of its own; undefined where they do. */
export async function whyKernelsFail(
  addon: string,
  kernels: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const result = await runProgram(process.execPath, ['-e', kernelsScript, addon, kernels], {
    signal,
    timeout: 120_000,
    env: nativeEnvironment(),
  });
  return result.code === 0 ? undefined : lastLines({...result, output: ''});
}
