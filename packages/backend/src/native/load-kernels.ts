import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {advised, checkValue, choice} from '@contrastive/internal';
import type {NativePackage} from './native-package.js';

/** A build of our kernels, by the instructions that it uses. */
export type KernelSet = 'Avx2' | 'Avx512';

/** What native/kernels/register.cc exports. */
interface KernelsAddon {
  /** What this processor can run, the best last. */
  readonly instructions: readonly KernelSet[];
  /** Which inputs its operations take. */
  readonly operations?: number;
}

/** The operations that this version calls: an addon that was compiled for another one is not used. */
const OPERATIONS = 4;

/** What `CONTRASTIVE_KERNELS` may say, with what it asks for. */
const choices: Readonly<Record<string, KernelSet | 'off'>> = {avx2: 'Avx2', avx512: 'Avx512', off: 'off'};

/** What `CONTRASTIVE_KERNELS` asks for is not to be had. */
export class KernelsUnavailable extends Error {}

/**
 * What `CONTRASTIVE_KERNELS` asks for; undefined where it is not set.
 *
 * @throws RangeError if it names nothing that there is.
 */
export function kernelsFromEnvironment(): KernelSet | 'off' | undefined {
  const {CONTRASTIVE_KERNELS: named = ''} = process.env;
  if (named === '') return undefined;
  const rule = advised(choice(...Object.keys(choices)), 'leave it empty for the best that runs here');
  checkValue('useBackend', 'CONTRASTIVE_KERNELS', named, rule);
  return choices[named];
}

/**
 * `f2` where `CONTRASTIVE_CONVOLUTIONS` says so: all 3×3 convolutions of ours go by tiles of 2×2 pixels, which rounds
 * less and takes longer; undefined where it is not set.
 *
 * @throws RangeError if it names anything else.
 */
export function convolutionsFromEnvironment(): 'f2' | undefined {
  const {CONTRASTIVE_CONVOLUTIONS: named = ''} = process.env;
  if (named === '') return undefined;
  const rule = advised(choice('f2'), 'leave it empty for the faster one by the size of the images');
  checkValue('useBackend', 'CONTRASTIVE_CONVOLUTIONS', named, rule);
  return 'f2';
}

/**
 * Loads our kernels into native TensorFlow, which must be loaded.
 *
 * @returns the sets that this processor can run, the best last; none where they were not compiled, or for another
 * TensorFlow than the one loaded, or for another version of this package, or where `CONTRASTIVE_KERNELS` is `off`.
 */
export function loadKernels({kernelsAddon}: NativePackage): readonly KernelSet[] {
  try {
    if (kernelsFromEnvironment() === 'off' || !existsSync(kernelsAddon)) return [];
    const {instructions, operations} = createRequire(import.meta.url)(kernelsAddon) as KernelsAddon;
    return operations === OPERATIONS ? instructions : [];
  } catch {
    return [];
  }
}

/**
 * The set to use of those that there are: what `CONTRASTIVE_KERNELS` asks for, else the best. A set that is asked for
 * and not there is an Error.
 */
export function chooseKernels(sets: readonly KernelSet[]): KernelSet | undefined {
  const asked = kernelsFromEnvironment();
  if (asked === undefined || asked === 'off') {
    return asked === undefined ? sets.at(-1) : undefined;
  }
  if (!sets.includes(asked)) {
    throw new KernelsUnavailable(
      `useBackend: CONTRASTIVE_KERNELS asks for ${asked.toLowerCase()}, but here ` +
        `${sets.length === 0 ? 'no kernels of ours run' : `only ${sets.join(', ').toLowerCase()} runs`}; leave it ` +
        'empty.',
    );
  }
  return asked;
}
