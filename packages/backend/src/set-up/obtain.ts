import {existsSync} from 'node:fs';
import type {NativePackage} from '../native/native-package.js';
import {gpuTensorflow} from './gpu-tensorflow.js';
import {adoptAddon, installAddon, installByOwnInstaller} from './install.js';
import {restoreManifest} from './own-installer.js';
import {type SetUpFailure, SetUpError} from './set-up-error.js';
import {lastStamp, type Stamp} from './stamp.js';
import {findTensorflow, type TensorflowLayout} from './tensorflow-layout.js';
import type {Wanted} from './wanted.js';
import {cpuTensorflow} from './wheel.js';
import type {Workplace} from './phases.js';

/** Failures that no other way to native TensorFlow is tried after. */
const final: readonly SetUpFailure[] = ['interrupted', 'disk-full', 'checksum', 'not-writable', 'named-directory'];

function layoutOf(directory: string, failure: SetUpFailure): TensorflowLayout {
  const layout = findTensorflow(directory);
  if (layout === undefined) {
    throw new SetUpError(
      failure,
      `${directory} does not hold TensorFlow's C library with its headers.`,
      'CONTRASTIVE_TENSORFLOW names an unpacked libtensorflow archive (with include/ and lib/) or a Python ' +
        "environment's site-packages.",
    );
  }
  return layout;
}

/**
 * Tries every way to native TensorFlow in order; where none works the problems, for the caller to tell, that of the
 * first way first. What an earlier set-up made otherwise than is wanted now stays if it works and what is wanted cannot
 * be had.
 */
export async function obtain(
  native: NativePackage,
  {key, named, gpu}: Wanted,
  place: Workplace,
): Promise<Stamp | readonly SetUpError[]> {
  await restoreManifest(native);
  if (named !== undefined) {
    return installAddon(native, layoutOf(named, 'named-directory'), 'named-directory', key, place);
  }
  const fromWheel = async (wheel: (place: Workplace) => Promise<string>): Promise<Stamp> =>
    installAddon(native, layoutOf(await wheel(place), 'download'), 'wheel', key, place);
  const last = lastStamp(native);
  const present = existsSync(native.addon);
  const keep =
    present && last !== undefined && last.origin !== 'installed'
      ? () => adoptAddon(native, last.origin, last.key, place)
      : undefined;
  const ways = [
    ...(present && keep === undefined ? [() => adoptAddon(native, 'installed', key, place)] : []),
    ...(gpu ? [() => fromWheel(gpuTensorflow)] : []),
    () => fromWheel(cpuTensorflow),
    ...(keep === undefined ? [] : [keep]),
    () => installByOwnInstaller(native, key, place),
  ];
  const problems: SetUpError[] = [];
  const tell = (): void => {
    for (const message of new Set(problems.map(problem => problem.message))) place.phases.line(message);
  };
  for (const way of ways) {
    try {
      const made = await way();
      tell(); // why it is not what was tried first
      return made;
    } catch (error) {
      place.signal?.throwIfAborted();
      if (!(error instanceof SetUpError) || error.failure === 'interrupted') {
        throw error;
      }
      if (final.includes(error.failure)) {
        const kept = await keep?.().catch(() => undefined);
        place.signal?.throwIfAborted();
        if (kept !== undefined) problems.push(error);
        tell();
        if (kept === undefined) throw error;
        return kept;
      }
      problems.push(error);
    }
  }
  // What says no more than that nothing worked, or that a way failed which nobody chose, is no help beside the others.
  const reasons = problems.filter(({failure}) => problems.length === 1 || !['load', 'installer'].includes(failure));
  const [first = new SetUpError('load', 'There is no way to native TensorFlow.', '')] = reasons;
  return [first, ...reasons.slice(1).filter(({message}) => message !== first.message)];
}
