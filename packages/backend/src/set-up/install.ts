import {existsSync} from 'node:fs';
import {copyFile, mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {NativePackage} from '../native/native-package.js';
import {addonFile, buildAddon} from './addon.js';
import {compileKernels, compileQuietAddon, kernelsAddonFile, quietAddonFile} from './our-addons.js';
import {runOwnInstaller} from './own-installer.js';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import {type Origin, type Stamp, writeStamp} from './stamp.js';
import type {TensorflowLayout} from './tensorflow-layout.js';
import {findCompiler} from './tools.js';
import {type LoadedAddon, verifyAddon, whyKernelsFail} from './verify-addon.js';
import type {Workplace} from './phases.js';

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
    throw new SetUpError(
      'not-writable',
      `The addon cannot be put into ${dirname(target)}: ${message}.`,
      `Make the directory writable (${code}) and run the set-up again.`,
      {cause},
    );
  }
}

/** Compiles the addon for a TensorFlow, sees it work, and puts it into the native package. */
export async function installAddon(
  native: NativePackage,
  tensorflow: TensorflowLayout,
  origin: Origin,
  key: string,
  workplace: Workplace,
): Promise<Stamp> {
  const directory = await buildAddon(native, tensorflow, workplace);
  const loaded = await verifyAddon(join(directory, addonFile), workplace.signal);
  await place(join(directory, quietAddonFile), native.quietAddon);
  await place(join(directory, addonFile), native.addon);
  await placeKernels(join(directory, kernelsAddonFile), native, workplace);
  if (loaded.device === 'cpu' && tensorflow.cudaDirectories.length > 0) {
    const reason = loaded.messages === '' ? '' : ` (${loaded.messages.replace(/\n.*/s, '')})`;
    workplace.phases.line(
      `TensorFlow ${loaded.version} sees no GPU and runs on the CPU${reason}. Check the driver (nvidia-smi).`,
    );
  }
  return writeStamp(native, origin, key, loaded);
}

/**
 * Puts the kernels in place, if they load on this machine; where there are none, older ones go, for they may not fit
 * the TensorFlow that came.
 */
async function placeKernels(source: string, {addon, kernelsAddon}: NativePackage, workplace: Workplace): Promise<void> {
  const problem = existsSync(source) ? await whyKernelsFail(addon, source, workplace.signal) : 'not compiled';
  if (problem === undefined) {
    await place(source, kernelsAddon);
    return;
  }
  if (problem !== 'not compiled') {
    workplace.phases.line(`Our own kernels do not load here, so training runs on TensorFlow's: ${problem}`);
  }
  await rm(kernelsAddon, {force: true});
}

/**
 * Compiles our own addons beside a binding that came by other means; where that cannot be, training does without them.
 */
async function addOurAddons(native: NativePackage, {libraries}: LoadedAddon, workplace: Workplace): Promise<void> {
  const compiler = findCompiler();
  const temporary = (path: string): string => `${path}.tmp-${process.pid}`;
  const framework = libraries.find(path => path.includes('libtensorflow_framework'));
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch {
      workplace.signal?.throwIfAborted();
    }
  };
  try {
    await attempt(async () => {
      if (compiler === undefined) return;
      await compileQuietAddon(compiler, temporary(native.quietAddon), workplace);
      await rename(temporary(native.quietAddon), native.quietAddon);
    });
    await attempt(async () => {
      if (compiler !== undefined && framework !== undefined)
        await compileKernels(compiler, framework, temporary(native.kernelsAddon), workplace);
      await placeKernels(temporary(native.kernelsAddon), native, workplace);
    });
  } finally {
    await Promise.all(
      [native.quietAddon, native.kernelsAddon].map(path => rm(temporary(path), {force: true}).catch(() => undefined)),
    );
  }
}

/** Keeps the addon that the native package has, if it works. */
export async function adoptAddon(
  native: NativePackage,
  origin: Origin,
  key: string,
  workplace: Workplace,
): Promise<Stamp> {
  const loaded = await verifyAddon(native.addon, workplace.signal);
  await addOurAddons(native, loaded, workplace);
  return writeStamp(native, origin, key, loaded);
}

/** Has the native package's own installer fetch an addon, and keeps it if it works. */
export async function installByOwnInstaller(native: NativePackage, key: string, workplace: Workplace): Promise<Stamp> {
  await runOwnInstaller(native, workplace);
  return adoptAddon(native, 'installer', key, workplace);
}
