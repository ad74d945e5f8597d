import {existsSync, readFileSync} from 'node:fs';
import {copyFile, link, rename, rm} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import type {NativePackage} from '../native/native-package.js';
import {lastLines, runProgram} from './run-program.js';
import {SetUpError} from './set-up-error.js';
import type {Workplace} from './phases.js';

/**
 * Milliseconds for the installer, which downloads some hundred megabytes and may compile; and for asking whether its
 * host answers.
 */
const limit = 600_000;
const probeLimit = 8_000;

const usesProxy = (): boolean =>
  ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some(name => (process.env[name] ?? '') !== '');

/**
 * The installer waits without end for a host that does not answer, so ask first; behind a proxy only the installer can
 * tell.
 */
async function requireHost({directory}: NativePackage, signal?: AbortSignal): Promise<void> {
  const {binary} = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {binary?: {host?: string}};
  if (binary?.host === undefined || usesProxy()) {
    return;
  }
  const timeout = AbortSignal.timeout(probeLimit);
  try {
    await fetch(binary.host, {
      method: 'HEAD',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new SetUpError(
      'installer',
      `The host of the native package's own installer does not answer (${new URL(binary.host).host}).`,
      'Look at the network.',
      {cause},
    );
  }
}

const keptManifest = (manifest: string): string => `${manifest}.kept`;

/** Puts back the manifest of a native package whose installer was at work, or was killed at it. */
export async function restoreManifest({directory}: NativePackage): Promise<void> {
  const manifest = join(directory, 'package.json');
  const kept = keptManifest(manifest);
  if (existsSync(kept)) {
    await rename(kept, manifest);
    await rm(kept, {force: true}); // where both were the same file, renaming leaves both
  }
}

/**
 * Makes the manifest a copy of its own, and keeps the original beside it; at any moment there is a whole one in place.
 */
async function setManifestAside(manifest: string): Promise<void> {
  const copy = `${manifest}.copy`;
  const kept = keptManifest(manifest);
  try {
    await link(manifest, kept);
  } catch {
    // a file system without links
    await copyFile(manifest, copy);
    await rename(copy, kept);
  }
  await copyFile(manifest, copy);
  await rename(copy, manifest);
}

/**
 * Runs the native package's own installer, which downloads an older TensorFlow and a compiled addon; what it leaves
 * half-done is removed.
 *
 * @throws SetUpError if its host does not answer, it fails or takes too long.
 */
export async function runOwnInstaller(native: NativePackage, {phases, signal}: Workplace): Promise<void> {
  await restoreManifest(native);
  await requireHost(native, signal);
  const hadDeps = existsSync(join(native.directory, 'deps'));
  // The installer rewrites its manifest in place; package managers may share that file with their store, so it works on
  // a copy and the original returns.
  try {
    await setManifestAside(join(native.directory, 'package.json'));
    await phases.run(
      "The native package's own installer: at work",
      "The native package's own installer: ran",
      async () => {
        const PATH = [
          join(native.directory, 'node_modules', '.bin'),
          join(native.directory, '..', '..', '.bin'),
          process.env.PATH,
        ].join(delimiter);
        const args = [join('scripts', 'install.js'), 'gpu', 'download'];
        const result = await runProgram(process.execPath, args, {
          cwd: native.directory,
          signal,
          timeout: limit,
          env: {PATH},
        });
        if (result.code !== 0 || !existsSync(native.addon)) {
          throw new SetUpError(
            'installer',
            `The native package's own installer failed: ${lastLines(result)}`,
            'Look at the network.',
          );
        }
      },
    );
  } catch (error) {
    if (!hadDeps) {
      await rm(join(native.directory, 'deps'), {recursive: true, force: true});
    }
    await rm(native.addon, {force: true});
    throw error;
  } finally {
    await restoreManifest(native);
  }
}
