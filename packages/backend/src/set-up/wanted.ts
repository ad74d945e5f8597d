import {resolve} from 'node:path';
import {type NativePackage, packageRoot, packageVersion} from '../native/native-package.js';
import {findGpus} from './tools.js';
import {sourcesDigest} from './our-addons.js';
import {tensorflowVersion} from './pins.js';
import {readStamp, type Stamp} from './stamp.js';

/** Where native TensorFlow should come from. */
export interface Wanted {
  /** Changes with whatever asks for another addon than one that an earlier set-up made. */
  readonly key: string;
  /** The directory that the user named. */
  readonly named?: string;
  /** Whether there is a GPU. */
  readonly gpu: boolean;
}

/** Looks at the environment and the machine for what is wanted. */
export async function findWanted(signal: AbortSignal): Promise<Wanted> {
  const named = process.env.CONTRASTIVE_TENSORFLOW;
  const ours = `${packageVersion(packageRoot())} (${sourcesDigest()})`;
  if (named !== undefined && named !== '') {
    return {key: `${resolve(named)}, set up by ${ours}`, named: resolve(named), gpu: false};
  }
  const gpu = (await findGpus(signal)).length > 0;
  return {key: `TensorFlow ${tensorflowVersion} for the ${gpu ? 'GPU' : 'CPU'}, set up by ${ours}`, gpu};
}

/**
 * What an earlier set-up made, if it is still there and is what is wanted now. What the native package's own installer
 * fetched never is: it is older than the wheel's, and was taken only because the wheel could not be had.
 */
export function earlier(native: NativePackage, {key}: Wanted): Stamp | undefined {
  const stamp = readStamp(native);
  const suits = stamp?.key === key && stamp.origin !== 'installer';
  return suits ? stamp : undefined;
}
