import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {callable, checkOptions, object, text, type Rules} from '@contrastive/internal';
import {cacheDirectory, withLock} from '@contrastive/internal/node';
import {findNativePackage, nativePackageAt, nativePackageName, type NativePackage} from '../native/native-package.js';
import {wasmCost, whyNoNative} from '../platform.js';
import {removeLeftovers, requireAnswer, requireCache} from './cache.js';
import {interruptible} from './interruptible.js';
import {obtain} from './obtain.js';
import {createPhases, formatSeconds, type Workplace} from './phases.js';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import type {Origin} from './stamp.js';
import {earlier, findWanted} from './wanted.js';

/** How a set-up is done. */
export interface SetUpOptions {
  /** Directory of the installed `@tensorflow/tfjs-node-gpu`; by default the one that `useBackend` would load. */
  readonly packageDirectory?: string;
  /**
   * Directory for what is downloaded and compiled; by default `CONTRASTIVE_CACHE`, else `contrastive` among the user's
   * caches.
   */
  readonly cache?: string;
  /** Takes each line of the report; by default lines go to the output. */
  readonly log?: (line: string) => void;
  /** Ends the set-up and the programs that it started; without it, SIGINT, SIGTERM and SIGHUP do. */
  readonly signal?: AbortSignal;
}

const rules: Rules<SetUpOptions> = {packageDirectory: text, cache: text, log: callable, signal: object};

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
  /** What kept native TensorFlow from a machine that could have it, with the remedy; the report has told it. */
  readonly problem?: SetUpError;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** The native package that is set up: the one named, else the one that `useBackend` would load. */
function nativePackage(directory: string | undefined): NativePackage {
  const found = directory === undefined ? findNativePackage(process.cwd()) : undefined;
  if (found !== undefined) {
    return found;
  }
  if (directory === undefined || !existsSync(join(directory, 'package.json'))) {
    throw new SetUpError(
      'not-installed',
      `${nativePackageName} is not installed${directory === undefined ? '' : ` in ${directory}`}.`,
      'Run `npx contrastive-backend setup` in your project, which adds it.',
    );
  }
  return nativePackageAt(resolve(directory));
}

/** Runs one set-up at a time in a cache; a full disk gets its own error wherever it shows. */
async function underLock<T>({cache, phases, signal}: Workplace, action: () => Promise<T>): Promise<T> {
  requireCache(cache);
  const waiting = (pid: number): void => {
    phases.line(`Another set-up (process ${pid}) is at work in ${cache}: waiting for it.`);
  };
  try {
    return await withLock(join(cache, 'lock'), {waiting, signal}, action);
  } catch (error) {
    throw tellsOfFullDisk(error) && !(error instanceof SetUpError) ? diskFull(cache, error) : error;
  }
}

/**
 * Sets up native TensorFlow for the installed `@tensorflow/tfjs-node-gpu`, once: looks for a directory that
 * `CONTRASTIVE_TENSORFLOW` names, a working addon that came with it, TensorFlow's Python wheel with the addon compiled
 * here, and the package's own installer, in this order. Tells one line a phase. May be interrupted at any time, and two
 * set-ups at the same time wait for each other.
 *
 * @returns what was reached: on machines that native TensorFlow is not built for, and where every way failed (then with
 * the problem), wasm.
 * @throws TypeError for an unknown option or one of another kind.
 * @throws SetUpError if the native package is not installed, the cache does not answer, the disk is full, the wheel is
 * not the pinned one, the named directory does not serve, the set-up was interrupted, or native TensorFlow cannot be
 * had though `CONTRASTIVE_BACKEND` asks for it.
 * @throws the reason of `signal` once it fires.
 * @example
 * const {backend, device} = await setUp({log: line => console.log(line)});
 */
export async function setUp(options: SetUpOptions = {}): Promise<SetUpResult> {
  checkOptions('setUp', options, rules);
  const {packageDirectory, cache = cacheDirectory(), log, signal: given} = options;
  const start = performance.now();
  const phases = createPhases(log);
  const seconds = (): number => (performance.now() - start) / 1000;
  const reason = whyNoNative();
  if (reason !== undefined) {
    phases.line(`Training will run on wasm, about ${wasmCost} × slower than native TensorFlow: ${reason}.`);
    return {backend: 'wasm', seconds: seconds()};
  }
  const native = nativePackage(packageDirectory);
  return interruptible(given, async signal => {
    const wanted = await findWanted(signal);
    const place: Workplace = {cache: resolve(cache), phases, signal};
    await requireAnswer(place.cache, signal);
    const reached =
      earlier(native, wanted) ??
      (await underLock(place, async () => {
        await removeLeftovers(place.cache);
        return earlier(native, wanted) ?? obtain(native, wanted, place);
      }));
    if (!('origin' in reached)) {
      const [problem] = reached;
      const asked = process.env.CONTRASTIVE_BACKEND === 'tensorflow';
      for (const {message} of asked ? reached.slice(1) : reached) phases.line(message);
      if (asked) {
        throw problem;
      }
      return {backend: 'wasm', problem, seconds: seconds()};
    }
    const {origin, version, device} = reached;
    phases.line(`TensorFlow ${version} on the ${device.toUpperCase()} is ready (${formatSeconds(seconds())})`);
    return {backend: 'tensorflow', origin, version, device, seconds: seconds()};
  });
}
