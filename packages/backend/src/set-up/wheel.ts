import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {isComplete, requireSpace, writeEntry} from './cache.js';
import {cpuWheel, tensorflowVersion, wheelHeaders, wheelLibraries, wheelPython} from './pins.js';
import {lastLines, type RunResult, runProgram} from './run-program.js';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import {requireTools} from './tools.js';
import type {Workplace} from './phases.js';

/** Takes members out of a zip archive: archive, directory, names. Its checksums are compared by the library. */
const unzip = `
import os, shutil, sys, zipfile
archive, directory, *names = sys.argv[1:]
with zipfile.ZipFile(archive) as members:
    for name in names:
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with members.open(name) as source, open(path, 'wb') as target:
            shutil.copyfileobj(source, target, 1 << 20)
`;

async function sha256(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, {highWaterMark: 1 << 20}), hash, {signal});
  return hash.digest('hex');
}

/**
 * The error of a pip that could not fetch something.
 *
 * @param what what it should have fetched.
 */
export function pipFailure(what: string, directory: string, result: RunResult): SetUpError {
  if (tellsOfFullDisk(result.errors)) {
    return diskFull(directory);
  }
  return new SetUpError(
    'download',
    `pip could not fetch ${what}: ${lastLines({...result, output: ''})}`,
    "Look at the network and at pip's settings (pip config list), or name a directory that holds TensorFlow's C " +
      'library with CONTRASTIVE_TENSORFLOW.',
  );
}

/** Arguments of pip that every use here has; what the user configured (index, certificates) stays in force. */
export const pipArguments = [
  '--disable-pip-version-check',
  '--no-input',
  '--progress-bar',
  'off',
  '--only-binary=:all:',
  '--python-version',
  wheelPython,
];

async function download(python: string, directory: string, {phases, signal}: Workplace): Promise<string> {
  await mkdir(directory);
  await phases.run(
    `TensorFlow ${tensorflowVersion} for the CPU: downloading`,
    `TensorFlow ${tensorflowVersion} for the CPU: downloaded`,
    async () => {
      const {requirement, platform} = cpuWheel;
      const args = [
        '-m',
        'pip',
        'download',
        requirement,
        '--no-deps',
        ...pipArguments,
        '--platform',
        platform,
        '--dest',
        directory,
      ];
      const result = await runProgram(python, args, {signal, env: {TMPDIR: directory}});
      if (result.code !== 0) {
        throw pipFailure(requirement, directory, result);
      }
    },
  );
  const name = (await readdir(directory)).find(file => file.endsWith('.whl'));
  if (name === undefined) {
    throw new SetUpError('download', `pip fetched no wheel for ${cpuWheel.requirement}.`, 'Run the set-up again.');
  }
  const wheel = join(directory, name);
  const found = await sha256(wheel, signal);
  if (found !== cpuWheel.sha256) {
    throw new SetUpError(
      'checksum',
      `The downloaded ${name} has the SHA-256 ${found}, expected ${cpuWheel.sha256}.`,
      "Empty pip's cache (pip cache purge) and run the set-up again; if it persists, do not trust the index that " +
        'pip is set to.',
    );
  }
  return wheel;
}

/**
 * The directory with the libraries and headers of the pinned wheel for the CPU, in the wheel's layout; downloaded and
 * unpacked once.
 *
 * @throws SetUpError if there is no Python with pip, the download fails, is not the pinned file, or the disk is full.
 */
export async function cpuTensorflow(place: Workplace): Promise<string> {
  const {cache, phases, signal} = place;
  const directory = join(cache, `tensorflow-${tensorflowVersion}-cpu-${cpuWheel.sha256.slice(0, 8)}`);
  if (isComplete(directory)) {
    return directory;
  }
  const python = await requireTools(signal);
  await requireSpace(cache, cpuWheel.bytes + cpuWheel.unpackedBytes);
  await writeEntry(directory, async temporary => {
    const downloads = join(temporary, 'download');
    const wheel = await download(python, downloads, place);
    const files = [...wheelLibraries, ...wheelHeaders];
    await phases.run(
      `TensorFlow ${tensorflowVersion} for the CPU: unpacking`,
      `TensorFlow ${tensorflowVersion} for the CPU: unpacked`,
      async () => {
        const result = await runProgram(python, ['-I', '-c', unzip, wheel, temporary, ...files], {signal});
        if (result.code !== 0) {
          throw tellsOfFullDisk(result.errors)
            ? diskFull(cache)
            : new SetUpError(
                'download',
                `Python could not unpack ${wheel}: ${lastLines(result)}`,
                'Run the set-up again.',
              );
        }
        await rm(downloads, {recursive: true});
      },
    );
    return files;
  });
  return directory;
}
