import {existsSync} from 'node:fs';
import {copyFile, mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {NativePackage} from '../native/native-package.js';
import {addonFile, buildAddon, compileQuietAddon, quietAddonFile} from './addon.js';
import {runOwnInstaller} from './own-installer.js';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import {type Origin, type Stamp, writeStamp} from './stamp.js';
import type {TensorflowLayout} from './tensorflow-layout.js';
import {findCompiler} from './tools.js';
import {verifyAddon} from './verify-addon.js';
import type {Workplace} from './workplace.js';

/** Puts a file in place whole or not at all. */
async function place(source: string, target: string): Promise<void> {
  const temporary = `${target}.tmp-${process.pid}`;
  try {
    await mkdir(dirname(target), {recursive: true});
    await copyFile(source, temporary);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, {force: true}).catch(() => undefined);
    const {code = '', message} = cause as NodeJS.ErrnoException;
    if (tellsOfFullDisk(cause)) {
      throw diskFull(dirname(target), cause);
    }
    throw new SetUpError('not-writable', `The addon cannot be put into ${dirname(target)}: ${message}.`, `Make the directory writable (${code}) and run the set-up again.`, {cause});
  }
}

/** Compiles the addon for a TensorFlow, sees it work, and puts it into the native package. */
export async function installAddon(
  native: NativePackage, tensorflow: TensorflowLayout, origin: Origin, key: string, workplace: Workplace,
): Promise<Stamp> {
  const directory = await buildAddon(native, tensorflow, workplace);
  const loaded = await verifyAddon(join(directory, addonFile), workplace.signal);
  await place(join(directory, quietAddonFile), native.quietAddon);
  await place(join(directory, addonFile), native.addon);
  if (loaded.device === 'cpu' && tensorflow.cudaDirectories.length > 0) {
    const reason = loaded.messages === '' ? '' : ` (${loaded.messages.replace(/\n.*/s, '')})`;
    workplace.phases.line(`TensorFlow ${loaded.version} sees no GPU and runs on the CPU${reason}. Check the driver (nvidia-smi).`);
  }
  return writeStamp(native, origin, key, loaded);
}

/** Compiles our own addon beside one that came by other means; where that cannot be, TensorFlow's chatter is shown. */
async function addQuietAddon({quietAddon}: NativePackage, workplace: Workplace): Promise<void> {
  const compiler = findCompiler();
  if (existsSync(quietAddon) || compiler === undefined) {
    return;
  }
  const temporary = `${quietAddon}.tmp-${process.pid}`;
  try {
    await compileQuietAddon(compiler, temporary, dirname(quietAddon), workplace);
    await rename(temporary, quietAddon);
  } catch {
    workplace.signal?.throwIfAborted();
    await rm(temporary, {force: true}).catch(() => undefined);
  }
}

/** Keeps the addon that the native package has, if it works. */
export async function adoptAddon(native: NativePackage, origin: Origin, key: string, workplace: Workplace): Promise<Stamp> {
  const loaded = await verifyAddon(native.addon, workplace.signal);
  await addQuietAddon(native, workplace);
  return writeStamp(native, origin, key, loaded);
}

/** Has the native package's own installer fetch an addon, and keeps it if it works. */
export async function installByOwnInstaller(native: NativePackage, key: string, workplace: Workplace): Promise<Stamp> {
  await runOwnInstaller(native, workplace);
  return adoptAddon(native, 'installer', key, workplace);
}
