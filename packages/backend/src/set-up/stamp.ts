import {readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import type {NativePackage} from '../native/native-package.js';
import type {LoadedAddon} from './verify-addon.js';

/** Where a native backend came from. */
export type Origin = 'named-directory' | 'installed' | 'wheel' | 'installer';

/** What a set-up found to work, kept beside the addon so that the next one need not load it. */
export interface Stamp {
  /** Where it came from. */
  readonly origin: Origin;
  /** What it was made for: another key asks for another set-up. */
  readonly key: string;
  /** Version of TensorFlow. */
  readonly version: string;
  /** Where operations run. */
  readonly device: 'gpu' | 'cpu';
  /** Size and time of change of the addon and of TensorFlow's libraries when they worked. */
  readonly files: Readonly<Record<string, readonly [bytes: number, changed: number]>>;
}

/** What the last set-up wrote, also where the files are no longer as they were; undefined without a stamp. */
export function lastStamp({stamp}: NativePackage): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8')) as Stamp;
  } catch {
    return undefined;
  }
}

/** Reads the stamp of a native package whose files are as they were when they worked; undefined otherwise. */
export function readStamp({stamp}: NativePackage): Stamp | undefined {
  try {
    const read = JSON.parse(readFileSync(stamp, 'utf8')) as Stamp;
    const same = Object.entries(read.files).every(([path, [bytes, changed]]) => {
      const {size, mtimeMs} = statSync(path);
      return size === bytes && mtimeMs === changed;
    });
    return same ? read : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes the stamp of a native package that was just seen to work; where that cannot be, the next set-up looks again.
 */
export function writeStamp(
  native: NativePackage,
  origin: Origin,
  key: string,
  {version, device, libraries}: LoadedAddon,
): Stamp {
  const files = Object.fromEntries(
    [native.addon, ...libraries].map(path => {
      const {size, mtimeMs} = statSync(path);
      return [path, [size, mtimeMs] as const];
    }),
  );
  const stamp: Stamp = {origin, key, version, device, files};
  const temporary = `${native.stamp}.tmp-${process.pid}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(stamp, undefined, 2)}\n`);
    renameSync(temporary, native.stamp);
  } catch {
    // A directory that is not ours to write.
  }
  return stamp;
}
