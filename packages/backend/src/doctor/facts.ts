import {existsSync, realpathSync} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheDirectory} from '@contrastive/internal/node';
import {
  findNativePackage,
  type NativePackage,
  packageRoot,
  packageVersion,
  resolvePackage,
} from '../native/native-package.js';
import {glibcVersion, whyNoNative} from '../platform.js';
import {requireAnswer} from '../set-up/cache.js';
import {SetUpError} from '../set-up/set-up-error.js';
import {findCompiler, findGpus, findProgram} from '../set-up/tools.js';
import {runProgram} from '../set-up/run-program.js';
import {type Origin, readStamp} from '../set-up/stamp.js';
import {verifyAddon, whyKernelsFail} from '../set-up/verify-addon.js';
import {type Processor, readProcessor} from './processor.js';

/** An installed package of TensorFlow.js. */
interface Installed {
  readonly directory: string;
  readonly version: string;
}

/** How native TensorFlow fares. */
interface NativeFacts {
  readonly package: NativePackage;
  readonly origin?: Origin;
  /** What it is, where it loads. */
  readonly loaded?: {
    readonly version: string;
    readonly device: 'gpu' | 'cpu';
    readonly seconds: number;
    readonly messages: string;
  };
  /** Why our own kernels do not run; undefined where they do. */
  readonly kernelsFailure?: string;
  /** Why it does not load. */
  readonly failure?: string;
}

/** Everything that the doctor looks at. */
export interface Facts {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly glibc?: string;
  /** Why this machine cannot have native TensorFlow. */
  readonly noNative?: string;
  readonly processor: Processor;
  readonly gpus: readonly string[];
  /** The packages of TensorFlow.js by the last part of their names, as this package and as the native one see them. */
  readonly packages: Readonly<Record<'tfjs' | 'tfjs-core' | 'tfjs-backend-wasm', Installed | undefined>>;
  /** The tfjs-core that the native package registers its backend with. */
  readonly coreOfNative?: string;
  readonly native?: NativeFacts;
  readonly tools: {readonly python?: string; readonly pip?: string; readonly compiler?: string};
  readonly cache: {
    readonly directory: string;
    /** Whether its file system does not answer. */
    readonly silent: boolean;
    readonly bytes: number;
    readonly leftovers: readonly string[];
  };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

function findInstalled(name: string): Installed | undefined {
  const place = [import.meta.url, join(process.cwd(), 'package.json')].find(
    from => resolvePackage(name, from) !== undefined,
  );
  const directory = place === undefined ? undefined : resolvePackage(name, place);
  return directory === undefined ? undefined : {directory: realpathSync(directory), version: packageVersion(directory)};
}

/** The tfjs-core that a package would load: itself its dependency, or that of the tfjs that it depends on. */
function coreSeenFrom(directory: string): string | undefined {
  const from = (place: string, name: string): string | undefined => {
    const found = resolvePackage(name, join(realpathSync(place), 'package.json'));
    return found === undefined ? undefined : realpathSync(found);
  };
  const tfjs = from(directory, '@tensorflow/tfjs');
  return tfjs === undefined ? undefined : from(tfjs, '@tensorflow/tfjs-core');
}

/** `silent`: whether the cache does not answer, in which the libraries lie that the addon loads. */
async function nativeFacts(silent: boolean, signal?: AbortSignal): Promise<NativeFacts | undefined> {
  const found = findNativePackage(process.cwd());
  if (found === undefined) {
    return undefined;
  }
  if (silent) {
    return {package: found, failure: 'its libraries lie in the cache, which does not answer'};
  }
  const origin = readStamp(found)?.origin;
  if (!existsSync(found.addon)) {
    return {package: found, failure: 'its addon is missing, it was not set up'};
  }
  const start = performance.now();
  try {
    const loaded = await verifyAddon(found.addon, signal);
    const seconds = (performance.now() - start) / 1000;
    const kernelsFailure = existsSync(found.kernelsAddon)
      ? await whyKernelsFail(found.addon, found.kernelsAddon, signal)
      : 'not compiled';
    return {package: found, origin, loaded: {...loaded, seconds}, kernelsFailure};
  } catch (error) {
    signal?.throwIfAborted();
    return {package: found, origin, failure: error instanceof Error ? error.message : String(error)};
  }
}

/** The first line of what a program says about its version, shortened to what matters. */
async function versionOf(program: string | undefined, args: readonly string[]): Promise<string | undefined> {
  if (program === undefined) {
    return undefined;
  }
  const {code, output} = await runProgram(program, args, {timeout: 30_000});
  return code === 0
    ? output
        .split('\n')[0]
        ?.replace(/ from .*$/, '')
        .trim()
    : undefined;
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, {withFileTypes: true, recursive: true}).catch(() => []);
  const sizes = await Promise.all(
    entries.filter(entry => entry.isFile()).map(async entry => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Names of the variables that change what is found or how it runs. */
const variables = [
  'CONTRASTIVE_BACKEND',
  'CONTRASTIVE_CACHE',
  'CONTRASTIVE_CONVOLUTIONS',
  'CONTRASTIVE_KERNELS',
  'CONTRASTIVE_TENSORFLOW',
  'CUDA_VISIBLE_DEVICES',
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_NUM_INTRAOP_THREADS',
  'CXX',
];

/** Looks at everything that decides which backend runs here, and how fast. */
export async function gatherFacts(signal?: AbortSignal): Promise<Facts> {
  const directory = cacheDirectory();
  const silent = await requireAnswer(directory, signal).then(
    () => false,
    (error: unknown) => {
      signal?.throwIfAborted();
      return error instanceof SetUpError;
    },
  );
  const python = findProgram('python3', 'python');
  const [gpus, native, pythonVersion, pip, compiler, bytes, names] = await Promise.all([
    findGpus(signal),
    nativeFacts(silent, signal),
    versionOf(python, ['--version']),
    versionOf(python, ['-m', 'pip', '--version']),
    versionOf(findCompiler(), ['--version']),
    silent ? 0 : sizeOf(directory),
    silent ? [] : readdir(directory).catch(() => []),
  ]);
  return {
    version: packageVersion(packageRoot()),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    glibc: glibcVersion(),
    noNative: whyNoNative(),
    processor: readProcessor(),
    gpus,
    packages: {
      tfjs: findInstalled('@tensorflow/tfjs'),
      'tfjs-core': findInstalled('@tensorflow/tfjs-core'),
      'tfjs-backend-wasm': findInstalled('@tensorflow/tfjs-backend-wasm'),
    },
    coreOfNative: native === undefined ? undefined : coreSeenFrom(native.package.directory),
    native,
    tools: {python: pythonVersion, pip, compiler},
    cache: {directory, silent, bytes, leftovers: names.filter(name => /\.tmp-\d+$/.test(name))},
    environment: Object.fromEntries(variables.map(name => [name, process.env[name]])),
  };
}
