import {createRequire} from 'node:module';

/**
 * Node's `util` with the two functions that the native package still calls: Node 22 warns of them, Node 23 has none.
 */
interface Util {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/**
 * The environment variables that TensorFlow reads while it loads, as the user set them, else as suits training here.
 */
export function nativeEnvironment(): Record<string, string> {
  const {TF_CPP_MIN_LOG_LEVEL = '2', CUDA_VISIBLE_DEVICES = '0', TF_FORCE_GPU_ALLOW_GROWTH = 'true'} = process.env;
  // By itself TensorFlow takes oneDNN only where a processor has AVX-512; with AVX2 a step without it takes up to a
  // quarter longer, and hundreds of megabytes more.
  const {TF_ENABLE_ONEDNN_OPTS = '1'} = process.env;
  // Tensors are copied to the last GPU listed, so one is exposed; and TensorFlow takes no more of its memory than it
  // needs.
  return {TF_CPP_MIN_LOG_LEVEL, CUDA_VISIBLE_DEVICES, TF_FORCE_GPU_ALLOW_GROWTH, TF_ENABLE_ONEDNN_OPTS};
}

/**
 * Gives this process what TensorFlow and the native package expect while they load: variables, and functions that Node
 * removed.
 */
export function prepareProcess(): void {
  Object.assign(process.env, nativeEnvironment());
  const util = createRequire(import.meta.url)('node:util') as Util;
  util.isNullOrUndefined = value => value === null || value === undefined;
  util.isArray = Array.isArray;
}

/** How npm hands its options on to what it runs. */
const OF_NPM = /^npm_config_/i;

/**
 * Runs `action` as if the program had been called without options. The native package finds its addon by node-pre-gyp,
 * which takes options of the program, such as `--directory` or `-C`, and those of npm for its own.
 */
export function withoutOptions(action: () => void): void {
  const {argv} = process;
  const ofNpm = Object.entries(process.env).filter(([name]) => OF_NPM.test(name));
  process.argv = argv.slice(0, 2);
  for (const [name] of ofNpm) Reflect.deleteProperty(process.env, name);
  try {
    action();
  } finally {
    process.argv = argv;
    Object.assign(process.env, Object.fromEntries(ofNpm));
  }
}
