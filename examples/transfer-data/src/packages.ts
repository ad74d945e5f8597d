import {execFile, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {promisify} from 'node:util';
import {createGunzip} from 'node:zlib';
import {extract} from 'tar-stream';

const execute = promisify(execFile);

/** A package whose contents are pictures; nothing of it is run or installed. */
export interface PicturePackage {
  /** Where it is asked for: npm's registry or Debian's, as this machine has them set up. */
  readonly kind: 'npm' | 'debian';
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** A file of a package. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The command that fetches a package into the directory that it is run in. */
const commands: Readonly<Record<PicturePackage['kind'], (one: PicturePackage) => readonly [string, ...string[]]>> = {
  npm: ({name, version}) => ['npm', 'pack', `${name}@${version}`, '--silent'],
  debian: ({name, version}) => ['apt-get', 'download', `${name}=${version}`],
};

/** Why a command failed: its own last words, where it has some. */
function reasonOfCommand(command: string, error: unknown): string {
  const {code, stderr, message} = error as NodeJS.ErrnoException & {readonly stderr?: string};
  if (code === 'ENOENT') return `this machine has no ${command}`;
  const words = (stderr ?? '').split('\n').filter(line => line.trim() !== '' && !/notice/i.test(line));
  return words.at(-1)?.trim() ?? message;
}

/**
 * Fetches a package into an empty directory.
 *
 * @returns the path of its file, whose checksum is right.
 * @throws Error that says what is missing.
 */
export async function fetchPackage(one: PicturePackage, directory: string, signal?: AbortSignal): Promise<string> {
  const [command, ...args] = commands[one.kind](one);
  const wanted = `fetchPackage: expected ${one.name} ${one.version}`;
  try {
    await execute(command, args, {cwd: directory, shell: process.platform === 'win32', ...(signal && {signal})});
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = reasonOfCommand(command, cause);
    throw new Error(`${wanted} from ${command}, got an error (${reason}).`, {cause});
  }
  const [name] = (await readdir(directory)).filter(file => /\.(?:tgz|deb)$/.test(file));
  const file = join(directory, name);
  const sum = createHash('sha256');
  await pipeline(createReadStream(file), sum);
  const got = sum.digest('hex');
  if (got === one.sha256) return file;
  throw new Error(`${wanted} with the SHA-256 ${one.sha256}, got ${got}: it is not the package that was looked at.`);
}

/**
 * The files of a package for which `wanted` holds, one after the other; links are passed over.
 *
 * @throws Error where the package is damaged, or the program that unpacks it is missing.
 */
export async function* filesIn(
  {kind}: PicturePackage,
  file: string,
  wanted: (path: string) => boolean,
): AsyncGenerator<PackedFile, void, undefined> {
  const archive = extract();
  let ended: Promise<unknown>;
  let source: Readable;
  if (kind === 'npm') {
    source = createReadStream(file);
    ended = pipeline(source, createGunzip(), archive);
  } else {
    const program = spawn('dpkg-deb', ['--fsys-tarfile', file], {stdio: ['ignore', 'pipe', 'inherit']});
    source = program.stdout;
    const left = new Promise<void>((resolve, reject) => {
      program.once('error', reject);
      program.once('close', code => {
        if (code === 0) resolve();
        else reject(new Error(`filesIn: expected dpkg-deb to unpack ${file}, got the exit code ${code}.`));
      });
    });
    ended = Promise.all([pipeline(source, archive), left]);
  }
  ended.catch((error: unknown) => {
    archive.destroy(error as Error); // the loop below meets it
  });
  try {
    for await (const entry of archive) {
      const {name, type} = entry.header;
      if (type !== 'file' || !wanted(name)) {
        entry.resume();
        continue;
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
      yield {path: name, bytes: Buffer.concat(chunks)};
    }
    await ended;
  } finally {
    source.destroy();
    archive.destroy();
  }
}
