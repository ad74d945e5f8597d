import {checkValue, show, text} from '@contrastive/internal';
import {
  asSource,
  numbersIn,
  sourceRule,
  toFloat32,
  type BlobLike,
  type ByteSource,
  type Dtype,
  type TensorData,
} from '@contrastive/safetensors';
import {badFile, FETCH_AGAIN} from './bad-file.js';
import {contiguous, countOf, extentOf, isWhole} from './contiguous.js';
import {nameTensors} from './name-tensors.js';
import {readOldForm} from './old-form.js';
import {readPart} from './read-part.js';
import {bytesOf, bytesPer} from './sizes.js';
import type {TensorView} from './values.js';
import {readZipForm, type Content} from './zip-form.js';

/** What a file of torch says of one tensor. */
export interface TorchTensorInfo {
  /** The type of its numbers, in the words of safetensors: `F32` is torch's float32. */
  readonly dtype: Dtype;
  /** Its sides; `[]` for a scalar. */
  readonly shape: readonly number[];
}

/** A file of torch whose tensors can be read, one at a time. */
export interface TorchFile {
  /**
   * The tensors by name, in the order of the file: the keys that lead to them, and positions in lists, joined by dots,
   * as `state_dict.module.encoder_q.conv1.weight`.
   */
  readonly tensors: ReadonlyMap<string, TorchTensorInfo>;
  /**
   * A tensor's numbers as they are stored, row after row, as an array of the caller's own: see `read` of
   * `@contrastive/safetensors`.
   *
   * @throws RangeError for a name that the file has not; Error where it can no longer be read, or its checksum differs.
   */
  read(name: string): Promise<TensorData>;
  /**
   * A tensor's numbers as float32, as an array of the caller's own: float16 and bfloat16 are exact, wider types are
   * rounded to the nearest.
   *
   * @param memory For whoever reads many tensors one after the other: where the numbers may lie, if it is long enough
   * for them; those of the tensor before are then gone.
   * @throws RangeError for a name that the file has not; TypeError for types of 8 bits with a fraction; Error where it
   * can no longer be read, or its checksum differs.
   */
  readFloat32(name: string, memory?: ArrayBuffer): Promise<Float32Array>;
}

/** The most numbers of a tensor that repeats those of a smaller storage. */
const MOST_REPEATED = 2 ** 24;

/** The beginnings of files: a zip file, a pickle of protocol 2 on, an archive of torch before 0.2. */
const ZIP = [0x50, 0x4b];
const PICKLE = [0x80];
const TAR = Array.from('ustar', letter => letter.charCodeAt(0));
const TAR_AT = 257;

const begins = (bytes: Uint8Array, at: number, wanted: readonly number[]): boolean =>
  wanted.every((byte, i) => bytes[at + i] === byte);

async function readContent(where: string, source: ByteSource): Promise<Content> {
  const first = await readPart(where, source, 0, Math.min(source.size, TAR_AT + TAR.length));
  if (begins(first, 0, ZIP)) return readZipForm(where, source);
  if (begins(first, 0, PICKLE)) return readOldForm(where, source);
  const todo = begins(first, TAR_AT, TAR)
    ? 'it is a tar archive: unpack it, and give the checkpoint in it'
    : 'it was not saved by torch.save; safetensors files open with openSafetensors';
  const got = first.length === 0 ? 'an empty file' : `another, that begins with ${show([...first.subarray(0, 4)])}`;
  throw badFile(where, 'a file of torch.save', got, todo);
}

/** Throws unless a tensor lies in its storage, and the file has that. */
function checkTensor(where: string, name: string, view: TensorView, content: Content): void {
  const {storage, shape, dtype} = view;
  const tensor = `tensor ${show(name)}`;
  const stored = content.sizeOf(storage);
  if (stored !== bytesOf(storage)) {
    const got = stored === undefined ? 'none' : `${stored}`;
    throw badFile(where, `${bytesOf(storage)} bytes of storage ${show(storage.key)} for ${tensor}`, got, FETCH_AGAIN);
  }
  const end = extentOf(view)[1] * bytesPer(dtype);
  if (!(end <= stored)) throw badFile(where, `${tensor} within ${stored} bytes of its storage`, `${end}`, FETCH_AGAIN);
  const count = countOf(shape);
  if (count > Math.max(MOST_REPEATED, stored))
    throw badFile(where, `at most ${MOST_REPEATED} numbers of ${tensor}`, `${count}`, FETCH_AGAIN);
}

/** Opens a source; `where` is what messages begin with. */
export async function openTorchSource(where: string, source: ByteSource): Promise<TorchFile> {
  const content = await readContent(where, source);
  const views = nameTensors(where, content.value);
  const waiting = new Map<string, Set<string>>(); // names of tensors that were not read yet, by storage
  for (const [name, view] of views) {
    checkTensor(where, name, view, content);
    waiting.set(view.storage.key, (waiting.get(view.storage.key) ?? new Set()).add(name));
  }
  const kept = new Map<string, Promise<Uint8Array>>();
  /** The bytes of a tensor, row after row; storages that several share are kept until each was read. */
  const bytesFor = async (name: string, view: TensorView, memory?: ArrayBuffer): Promise<Uint8Array> => {
    const {storage} = view;
    const known = kept.get(storage.key);
    const others = waiting.get(storage.key);
    others?.delete(name);
    const shared = others !== undefined && others.size > 0;
    if (known === undefined && !shared && isWhole(view)) return content.read(storage, memory);
    const bytes = known ?? content.read(storage);
    if (shared) kept.set(storage.key, bytes);
    else kept.delete(storage.key);
    return contiguous(view, await bytes, memory);
  };
  const read = async (verb: string, name: string, memory?: ArrayBuffer): Promise<[TensorData, Dtype]> => {
    const view = viewOf(`${where}: ${verb}`, views, name);
    return [numbersIn(await bytesFor(name, view, memory), view.dtype), view.dtype];
  };
  return {
    tensors: new Map([...views].map(([name, {dtype, shape}]) => [name, {dtype, shape}])),
    read: async name => (await read('read', name))[0],
    async readFloat32(name, memory) {
      const [data, dtype] = await read('readFloat32', name, memory);
      if (!dtype.startsWith('F8_')) return toFloat32(data, dtype);
      throw new TypeError(
        `${where}: readFloat32: expected a tensor of a type that float32 can hold as name, got ${show(name)} of ` +
          `${dtype}; take its bytes by read(${show(name)}).`,
      );
    },
  };
}

function viewOf(where: string, views: ReadonlyMap<string, TensorView>, name: string): TensorView {
  checkValue(where, 'name', name, text);
  const view = views.get(name);
  if (view !== undefined) return view;
  const some = [...views.keys()].slice(0, 5).map(one => show(one));
  const rest = views.size > some.length ? `, … (${views.size} in all)` : '';
  throw new RangeError(`${where}: expected a tensor among ${some.join(', ')}${rest} as name, got ${show(name)}.`);
}

/**
 * Opens a checkpoint of PyTorch, as `torch.save` writes it (`.pth`, `.pt`, `.ckpt`, `.bin`), in its form since 1.6 and
 * in the one before. Its pickle is interpreted by a small machine that knows tensors and plain values: nothing in it is
 * looked up or run. What trainers leave there (`argparse.Namespace`, configurations, paths, numbers of numpy) is passed
 * over; anything else is refused by its name. Numbers are read when they are asked for, a storage at a time, and
 * compared with the checksums that the newer form has.
 *
 * @param source All bytes of the file; a `Blob`, as a `File` that somebody chose in a page; or anything of which parts
 * can be read. It is borrowed for as long as the result is in use.
 * @returns The tensors of the file, and functions that read them.
 * @throws Error that says what is wrong with the file, or what of it is refused; TypeError for another source.
 * @example
 * const file = await readTorch(new Uint8Array(await (await fetch(url)).arrayBuffer()));
 * const weights = await file.readFloat32('state_dict.fc.weight');
 */
export async function readTorch(source: Uint8Array | BlobLike | ByteSource): Promise<TorchFile> {
  checkValue('readTorch', 'source', source, sourceRule);
  return openTorchSource('readTorch', asSource(source));
}
