import {existsSync, readFileSync} from 'node:fs';
import {cp, rename, rm} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import type {NativePackage} from '../native/native-package.js';
import {lastLines, runProgram} from './run-program.js';
import {SetUpError} from './set-up-error.js';
import type {Workplace} from './workplace.js';

/** Milliseconds for the installer, which downloads some hundred megabytes and may compile; and for asking whether its host answers. */
const limit = 600_000;
const probeLimit = 8_000;

const usesProxy = (): boolean => ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some(name => (process.env[name] ?? '') !== '');

/** The installer waits without end for a host that does not answer, so ask first; behind a proxy only the installer can tell. */
async function requireHost({directory}: NativePackage, signal?: AbortSignal): Promise<void> {
  const {binary} = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {binary?: {host?: string}};
  if (binary?.host === undefined || usesProxy()) {
    return;
  }
  const timeout = AbortSignal.timeout(probeLimit);
  try {
    await fetch(binary.host, {method: 'HEAD', signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal])});
  } catch (cause) {
    signal?.throwIfAborted();
    throw new SetUpError('installer', `The host of the native package's own installer does not answer (${new URL(binary.host).host}).`, 'Look at the network.', {cause});
  }
}

/**
 * Runs the native package's own installer, which downloads an older TensorFlow and a compiled addon; what it leaves half-done is removed.
 *
 * @throws SetUpError if its host does not answer, it fails or takes too long.
 */
export async function runOwnInstaller(native: NativePackage, {phases, signal}: Workplace): Promise<void> {
  await requireHost(native, signal);
  const manifest = join(native.directory, 'package.json');
  const kept = `${manifest}.kept`;
  if (existsSync(kept)) {
    await rename(kept, manifest); // an earlier run was killed
  }
  const hadDeps = existsSync(join(native.directory, 'deps'));
  // The installer rewrites its manifest in place; package managers may share that file with their store, so it works on a copy and the original returns.
  await cp(manifest, `${manifest}.copy`);
  await rename(manifest, kept);
  await rename(`${manifest}.copy`, manifest);
  try {
    await phases.run('The native package\'s own installer: at work', 'The native package\'s own installer: ran', async () => {
      const PATH = [join(native.directory, 'node_modules', '.bin'), join(native.directory, '..', '..', '.bin'), process.env.PATH].join(delimiter);
      const args = [join('scripts', 'install.js'), 'gpu', 'download'];
      const result = await runProgram(process.execPath, args, {cwd: native.directory, signal, timeout: limit, env: {PATH}});
      if (result.code !== 0 || !existsSync(native.addon)) {
        throw new SetUpError('installer', `The native package's own installer failed: ${lastLines(result)}`, 'Look at the network.');
      }
    });
  } catch (error) {
    if (!hadDeps) {
      await rm(join(native.directory, 'deps'), {recursive: true, force: true});
    }
    await rm(native.addon, {force: true});
    throw error;
  } finally {
    await rename(kept, manifest);
  }
}
