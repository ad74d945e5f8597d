import {existsSync} from 'node:fs';
import type {NativePackage} from '../native/native-package.js';
import {gpuTensorflow} from './gpu-tensorflow.js';
import {adoptAddon, installAddon, installByOwnInstaller} from './install.js';
import {type SetUpFailure, SetUpError} from './set-up-error.js';
import {type Stamp, stampedOrigin} from './stamp.js';
import {findTensorflow, type TensorflowLayout} from './tensorflow-layout.js';
import type {Wanted} from './wanted.js';
import {cpuTensorflow} from './wheel.js';
import type {Workplace} from './workplace.js';

/** Failures that no other way to native TensorFlow is tried after. */
const final: readonly SetUpFailure[] = ['interrupted', 'disk-full', 'checksum', 'not-writable', 'named-directory'];

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
export async function obtain(native: NativePackage, {key, named, gpu}: Wanted, place: Workplace): Promise<Stamp | SetUpError> {
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
