import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {findNativePackage, nativePackageAt, nativePackageName, type NativePackage} from '../native/native-package.js';
import {packageRoot, packageVersion} from '../package-root.js';
import {whyNoNative} from '../platform.js';
import {wasmCost} from '../wasm-cost.js';
import {cacheDirectory, removeLeftovers, requireCache} from './cache.js';
import {findGpus} from './gpu.js';
import {gpuTensorflow} from './gpu-tensorflow.js';
import {adoptAddon, installAddon, installByOwnInstaller} from './install.js';
import {interruptible} from './interruptible.js';
import {withLock} from './lock.js';
import {createPhases, formatSeconds} from './phases.js';
import {tensorflowVersion} from './pins.js';
import {diskFull, type SetUpFailure, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import {type Origin, readStamp, type Stamp, stampedOrigin} from './stamp.js';
import {findTensorflow, type TensorflowLayout} from './tensorflow-layout.js';
import {cpuTensorflow, type Workplace} from './wheel.js';

/** How a set-up is done. */
export interface SetUpOptions {
  /** Directory of the installed `@tensorflow/tfjs-node-gpu`; by default the one that `useBackend` would load. */
  readonly packageDirectory?: string;
  /** Directory for what is downloaded and compiled; by default `CONTRASTIVE_CACHE`, else `contrastive` among the user's caches. */
  readonly cache?: string;
  /** Takes each line of the report; by default lines go to the output. */
  readonly log?: (line: string) => void;
  /** Ends the set-up and the programs that it started; without it, SIGINT, SIGTERM and SIGHUP do. */
  readonly signal?: AbortSignal;
}

/** What a set-up reached. */
export interface SetUpResult {
  /** The backend that `useBackend()` will take. */
  readonly backend: 'tensorflow' | 'wasm';
  /** Where native TensorFlow came from; undefined on wasm. */
  readonly origin?: Origin;
  /** Version of native TensorFlow. */
  readonly version?: string;
  /** Where native TensorFlow runs operations. */
  readonly device?: 'gpu' | 'cpu';
  /** What kept native TensorFlow from a machine that could have it, with the remedy. */
  readonly problem?: SetUpError;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** Failures that no other way to native TensorFlow is tried after. */
const final: readonly SetUpFailure[] = ['interrupted', 'disk-full', 'checksum', 'not-writable', 'named-directory'];

/** Where native TensorFlow should come from. */
interface Wanted {
  /** Changes with whatever asks for another addon than one that an earlier set-up made. */
  readonly key: string;
  /** The directory that the user named. */
  readonly named?: string;
  /** Whether there is a GPU. */
  readonly gpu: boolean;
}

async function findWanted(signal: AbortSignal): Promise<Wanted> {
  const named = process.env.CONTRASTIVE_TENSORFLOW;
  const ours = packageVersion(packageRoot());
  if (named !== undefined && named !== '') {
    return {key: `${resolve(named)}, set up by ${ours}`, named: resolve(named), gpu: false};
  }
  const gpu = (await findGpus(signal)).length > 0;
  return {key: `TensorFlow ${tensorflowVersion} for the ${gpu ? 'GPU' : 'CPU'}, set up by ${ours}`, gpu};
}

/** What an earlier set-up made, if it is still there and is what is wanted now. */
function earlier(native: NativePackage, {key, named}: Wanted): Stamp | undefined {
  const stamp = readStamp(native);
  const suits = stamp?.key === key || (named === undefined && stamp?.origin !== 'wheel');
  return suits ? stamp : undefined;
}

function layoutOf(directory: string, failure: SetUpFailure): TensorflowLayout {
  const layout = findTensorflow(directory);
  if (layout === undefined) {
    throw new SetUpError(
      failure, `${directory} does not hold TensorFlow's C library with its headers.`,
      'CONTRASTIVE_TENSORFLOW names an unpacked libtensorflow archive (with include/ and lib/) or a Python environment\'s site-packages.',
    );
  }
  return layout;
}

/** Tries every way to native TensorFlow in order; the first problem where none works. */
async function obtain(native: NativePackage, {key, named, gpu}: Wanted, place: Workplace): Promise<Stamp | SetUpError> {
  if (named !== undefined) {
    return installAddon(native, layoutOf(named, 'named-directory'), 'named-directory', key, place);
  }
  const fromWheel = async (wheel: (place: Workplace) => Promise<string>): Promise<Stamp> =>
    installAddon(native, layoutOf(await wheel(place), 'download'), 'wheel', key, place);
  const ways = [
    ...(existsSync(native.addon) && stampedOrigin(native) !== 'wheel' ? [() => adoptAddon(native, 'installed', key, place)] : []),
    ...(gpu ? [() => fromWheel(gpuTensorflow)] : []),
    () => fromWheel(cpuTensorflow),
    () => installByOwnInstaller(native, key, place),
  ];
  const problems: SetUpError[] = [];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      place.signal?.throwIfAborted();
      if (!(error instanceof SetUpError) || final.includes(error.failure)) {
        throw error;
      }
      if (!problems.some(({message}) => message === error.message)) {
        place.phases.line(error.message);
      }
      problems.push(error);
    }
  }
  const [first = new SetUpError('load', 'There is no way to native TensorFlow.', '')] = problems.filter(({failure}) => failure !== 'load' || problems.length === 1);
  return first;
}

/** Runs one set-up at a time in a cache; a full disk gets its own error wherever it shows. */
async function underLock<T>({cache, phases, signal}: Workplace, action: () => Promise<T>): Promise<T> {
  requireCache(cache);
  const waiting = (pid: number): void => { phases.line(`Another set-up (process ${pid}) is at work in ${cache}: waiting for it.`); };
  try {
    return await withLock(cache, {waiting, signal}, action);
  } catch (error) {
    throw tellsOfFullDisk(error) && !(error instanceof SetUpError) ? diskFull(cache, error) : error;
  }
}

/**
 * Sets up native TensorFlow for the installed `@tensorflow/tfjs-node-gpu`, once: looks for a directory that `CONTRASTIVE_TENSORFLOW` names, an addon
 * that works already, TensorFlow's Python wheel with the addon compiled here, and the package's own installer, in this order. Tells one line a
 * phase. May be interrupted at any time, and two set-ups at the same time wait for each other.
 *
 * @returns what was reached: on machines that native TensorFlow is not built for, and where every way failed (then with the problem), wasm.
 * @throws SetUpError if the native package is not installed, the disk is full, the wheel is not the pinned one, the named directory does not serve,
 *   the set-up was interrupted, or native TensorFlow cannot be had though `CONTRASTIVE_BACKEND` asks for it.
 * @throws the reason of `signal` once it fires.
 * @example
 * const {backend, device} = await setUp({log: line => console.log(line)});
 */
export async function setUp({packageDirectory, cache = cacheDirectory(), log, signal: given}: SetUpOptions = {}): Promise<SetUpResult> {
  const start = performance.now();
  const phases = createPhases(log);
  const seconds = (): number => (performance.now() - start) / 1000;
  const onWasm = (reason: string, problem?: SetUpError): SetUpResult => {
    phases.line(`Training will run on wasm, about ${wasmCost} × slower than native TensorFlow: ${reason}.`);
    return {backend: 'wasm', problem, seconds: seconds()};
  };
  const reason = whyNoNative();
  if (reason !== undefined) {
    return onWasm(reason);
  }
  const native = packageDirectory === undefined ? findNativePackage(process.cwd()) : nativePackageAt(resolve(packageDirectory));
  if (native === undefined) {
    throw new SetUpError('not-installed', `${nativePackageName} is not installed.`, 'Run `npx contrastive-backend setup` in your project, which adds it.');
  }
  return interruptible(given, async signal => {
    const wanted = await findWanted(signal);
    const place: Workplace = {cache: resolve(cache), phases, signal};
    const reached = earlier(native, wanted) ?? await underLock(place, async () => {
      await removeLeftovers(place.cache);
      return earlier(native, wanted) ?? obtain(native, wanted, place);
    });
    if (reached instanceof SetUpError) {
      if (process.env.CONTRASTIVE_BACKEND === 'tensorflow') {
        throw reached;
      }
      return onWasm('native TensorFlow could not be set up, see above', reached);
    }
    const {origin, version, device} = reached;
    phases.line(`TensorFlow ${version} on the ${device.toUpperCase()} is ready (${formatSeconds(seconds())})`);
    return {backend: 'tensorflow', origin, version, device, seconds: seconds()};
  });
}
