import {mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {isComplete, requireSpace, writeEntry} from './cache.js';
import {gpuWheel, tensorflowVersion, wheelLibraries} from './pins.js';
import {runProgram} from './run-program.js';
import {requireTools} from './tools.js';
import {pipArguments, pipFailure} from './wheel.js';
import type {Workplace} from './phases.js';

/** What is kept of a Python environment: TensorFlow's libraries and headers, and CUDA's libraries. */
async function prune(sitePackages: string): Promise<void> {
  const remove = (...path: string[]): Promise<void> => rm(join(sitePackages, ...path), {recursive: true, force: true});
  for (const name of await readdir(sitePackages)) {
    if (name !== 'tensorflow' && name !== 'nvidia') {
      await remove(name);
    }
  }
  for (const name of await readdir(join(sitePackages, 'tensorflow'))) {
    if (name !== 'include' && !name.startsWith('libtensorflow')) {
      await remove('tensorflow', name);
    }
  }
}

/**
 * The directory with TensorFlow for NVIDIA GPUs and its CUDA libraries, laid out as in a Python environment, where
 * TensorFlow looks for them beside itself; installed once.
 *
 * @throws SetUpError if there is no Python with pip, the installation fails, or the disk is full.
 */
export async function gpuTensorflow({cache, phases, signal}: Workplace): Promise<string> {
  const directory = join(cache, `tensorflow-${tensorflowVersion}-gpu`);
  if (isComplete(directory)) {
    return directory;
  }
  const python = await requireTools(signal);
  await requireSpace(cache, gpuWheel.bytes);
  await writeEntry(directory, async temporary => {
    const downloads = join(temporary, 'download');
    await mkdir(downloads);
    const what = `TensorFlow ${tensorflowVersion} for NVIDIA GPUs with CUDA`;
    await phases.run(`${what}: installing`, `${what}: installed`, async () => {
      const {requirement, platforms} = gpuWheel;
      const tags = platforms.flatMap(platform => ['--platform', platform]);
      const args = [
        '-m',
        'pip',
        'install',
        requirement,
        ...pipArguments,
        ...tags,
        '--no-compile',
        '--no-warn-conflicts',
        '--target',
        temporary,
      ];
      const result = await runProgram(python, args, {signal, env: {TMPDIR: downloads}});
      if (result.code !== 0) {
        throw pipFailure(requirement, directory, result);
      }
      await prune(temporary);
    });
    return [...wheelLibraries, 'tensorflow/include/tensorflow/c/c_api.h'];
  });
  return directory;
}
