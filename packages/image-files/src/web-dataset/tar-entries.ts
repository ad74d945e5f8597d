import {once} from 'node:events';
import {open, type FileHandle} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {extract} from 'tar-stream';

/** A file in a tar archive. */
export interface TarEntry {
  /** Its path in the archive, as the archive has it: not to be trusted. */
  readonly name: string;
  /** `file`, `directory`, `symlink` and so on; null when unknown. */
  readonly type: string | null;
  /** Its length in bytes. */
  readonly size: number;
  /** Where its content begins in the archive, unpacked, in bytes. */
  readonly offset: number;
  /** Its content, a copy of its own, to be asked for before the next entry; else it is passed over. */
  read(): Promise<Uint8Array>;
}

/** Bytes of a file read at once. */
const CHUNK = 65_536;

/** An archive consists of blocks of this length: a file of a header and its content; it ends with blocks of zeros. */
const BLOCK = 512;

/**
 * The bytes of a file. A stream of the handle would close it too, of its own accord and without anyone to wait for it:
 * who closed it then would not know when that is done.
 */
async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (let position = 0; ;) {
    const {bytesRead, buffer} = await handle.read(new Uint8Array(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * Unpacks gzip. Unlike a pipe through Node's stream, it passes on all that came before a damage, so the same file
 * always gives the same bytes. Holds what one chunk unpacks to. Zeros after the end of gzip are left out.
 */
async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const unzip = createGunzip({chunkSize: CHUNK});
  const state: {ended: boolean; damage?: Error} = {ended: false};
  let unpacked: Uint8Array[] = [];
  let wake: () => void = () => undefined;
  const end = (damage?: Error) => {
    state.ended = true;
    state.damage = damage;
    wake();
  };
  unzip
    .on('data', (bytes: Uint8Array) => unpacked.push(bytes))
    .on('end', end)
    .on('error', end);
  /** Does one thing and waits until it is done, or all is over: after a damage, zlib does not call back. */
  async function* outputOf(act: (done: () => void) => void): AsyncGenerator<Uint8Array, void, undefined> {
    await new Promise<void>(resolve => {
      wake = resolve;
      act(resolve);
    });
    const output = unpacked;
    unpacked = [];
    yield* output;
    if (state.damage) throw state.damage;
  }
  try {
    for await (const chunk of chunks) {
      yield* outputOf(done => unzip.write(chunk, done));
      if (state.ended) return;
    }
    yield* outputOf(() => unzip.end());
  } finally {
    unzip.destroy();
  }
}

/** How files begin that are packed in another way than by gzip. */
const PACKED = [
  {begins: '\xfd7zXZ\0', kind: 'xz'},
  {begins: 'BZh', kind: 'bzip2'},
  {begins: '\x28\xb5\x2f\xfd', kind: 'zstd'},
  {begins: '\x04\x22\x4d\x18', kind: 'lz4'},
  {begins: 'PK\x03\x04', kind: 'zip'},
  {begins: '7z\xbc\xaf\x27\x1c', kind: '7z'},
  {begins: 'Rar!', kind: 'rar'},
];

/** Says that a shard is packed in a way that is not read. */
export class OtherFormatError extends Error {
  override readonly name = 'OtherFormatError';

  constructor(kind: string) {
    super(`expected a tar file, plain or packed by gzip, got one packed by ${kind}; unpack it`);
  }
}

/**
 * The bytes of a tar file, unpacked where it is gzipped. Throws after the last of them when they do not end as an
 * archive does.
 */
async function* unpackedBytes(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(file);
  try {
    const {buffer: magic} = await handle.read(new Uint8Array(6), 0, 6, 0);
    const packed = PACKED.find(({begins}) => Buffer.from(magic).toString('latin1').startsWith(begins));
    if (packed) throw new OtherFormatError(packed.kind);
    const chunks = chunksOf(handle);
    let zeros = 0; // at the end so far
    for await (const bytes of magic[0] === 0x1f && magic[1] === 0x8b ? gunzip(chunks) : chunks) {
      let end = bytes.length;
      while (end > 0 && bytes[end - 1] === 0) end--;
      zeros = end === 0 ? zeros + bytes.length : bytes.length - end;
      yield bytes;
    }
    if (zeros < BLOCK) throw new Error('it does not end as a tar file does, with a block of zeros');
  } finally {
    await handle.close();
  }
}

/**
 * The files in a tar archive, plain or gzipped, one after the other; holds a few chunks of it. It gives all entries
 * before a damage, always the same.
 *
 * @throws Error where the archive is damaged, truncated, or cannot be read.
 */
export async function* tarEntries(file: string): AsyncGenerator<TarEntry, void, undefined> {
  let damage: Error | undefined;
  const inBand = async function* () {
    try {
      yield* unpackedBytes(file);
    } catch (error) {
      damage = error as Error; // met at the end, after what was read before it
    }
  };
  const source = Readable.from(inBand(), {objectMode: false});
  const closed = once(source, 'close');
  const archive = extract();
  source.pipe(archive);
  try {
    for await (const entry of archive) {
      const {name, type, size} = entry.header;
      const state = {read: false};
      yield {
        name,
        type,
        size,
        offset: entry.offset + BLOCK, // behind its header
        read: async () => {
          state.read = true;
          const content = new Uint8Array(size);
          let at = 0;
          for await (const chunk of entry as AsyncIterable<Uint8Array>) {
            content.set(chunk, at);
            at += chunk.length;
          }
          return content;
        },
      };
      if (!state.read) entry.resume();
    }
  } catch (error) {
    damage ??= error as Error;
  } finally {
    archive.destroy();
    source.destroy();
    await closed;
  }
  if (damage !== undefined) throw damage;
}
