import {checkOptions, checkValue, isPlain, kind, object, show, type Rule} from '@contrastive/internal';
import {classOf, DTYPES, isDtype, sizeOf, type Dtype, type TensorData} from './dtypes.js';
import {LONGEST, PREFIX} from './header.js';

/** A tensor to be written. */
export interface TensorToWrite {
  /** The type of its numbers. */
  readonly dtype: Dtype;
  /** Its sides; `[]` for a scalar. */
  readonly shape: readonly number[];
  /**
   * Its numbers, row after row, in the array that `read` gives for the type; or a function that gives them when their
   * turn comes, so that not all tensors are in memory at once. They are borrowed until they are written.
   */
  readonly data: TensorData | (() => TensorData | Promise<TensorData>);
}

/** Tensors to be written, by name. */
export type TensorsToWrite = Readonly<Record<string, TensorToWrite>> | ReadonlyMap<string, TensorToWrite>;

/** Settings of `writeSafetensors`. */
export interface WriteSafetensorsOptions {
  /** Free texts, by name, in the order in which they are written; none by default. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A tensor with its name, checked but for numbers that are yet to come. */
export interface NamedTensor extends TensorToWrite {
  /** Its name. */
  readonly name: string;
  /** How many bytes it takes. */
  readonly byteLength: number;
}

/** Texts by name. */
export const metadataRule: Rule = kind(
  'an object of texts',
  value =>
    object.judge(value) === undefined &&
    isPlain(value as object) &&
    Object.entries(value as object).every(([name, one]) => isText(name) && isText(one)),
  'write numbers as text',
);

/** Whether a value is text that UTF-8 can hold: no half of a pair of code units. */
const isText = (value: unknown): value is string => typeof value === 'string' && !/\p{Surrogate}/u.test(value);

const tensorsRule = kind(
  'an object or a Map of tensors',
  value => value instanceof Map || (object.judge(value) === undefined && isPlain(value as object)),
  'give {name: {dtype, shape, data}}',
);

/** The tensors that were given, each with its name, in the order given. */
export function namedTensors(where: string, tensors: TensorsToWrite): NamedTensor[] {
  checkValue(where, 'tensors', tensors, tensorsRule);
  const entries =
    tensors instanceof Map ? [...(tensors as ReadonlyMap<string, TensorToWrite>)] : Object.entries(tensors);
  return entries.map(([name, tensor]) => named(where, name, tensor as TensorToWrite));
}

function named(where: string, name: string, tensor: TensorToWrite): NamedTensor {
  if (!isText(name) || name === '__metadata__') {
    throw new RangeError(
      `${where}: expected texts but __metadata__ as names of tensors, got ${show(name)}; ` +
        'give metadata in the options.',
    );
  }
  checkValue(where, `tensors.${name}`, tensor, tensorToWrite);
  const {dtype, shape, data} = tensor;
  checkValue(where, `tensors.${name}.dtype`, dtype, dtypeRule);
  checkValue(where, `tensors.${name}.shape`, shape, shapeRule);
  if (typeof data !== 'function') checkData(where, name, tensor, data);
  return {name, dtype, shape, data, byteLength: (sizeOf(shape) ?? 0) * classOf(dtype).BYTES_PER_ELEMENT};
}

const tensorToWrite = kind('{dtype, shape, data}', value =>
  ['dtype', 'shape', 'data'].every(member => Reflect.get(Object(value), member) !== undefined),
);

const dtypeRule: Rule = {
  expected: `a type among ${DTYPES.join(', ')}`,
  judge: value => (typeof value !== 'string' ? 'kind' : isDtype(value) ? undefined : 'value'),
};

const shapeRule: Rule = {
  expected: 'a list of whole numbers from 0 on',
  judge: value => {
    if (!Array.isArray(value)) return 'kind';
    return value.every(side => side >= 0) && sizeOf(value) !== undefined ? undefined : 'value';
  },
};

/** Throws unless numbers are of the class and as many as a tensor says. */
function checkData(where: string, name: string, {dtype, shape}: TensorToWrite, data: TensorData): void {
  const Numbers = classOf(dtype);
  const size = sizeOf(shape) ?? 0;
  const todo = dtype === 'F16' || dtype === 'BF16' ? 'give the bits of each number' : undefined;
  const rule = kind(`a ${Numbers.name} for ${dtype}`, value => value instanceof Numbers, todo);
  checkValue(where, `tensors.${name}.data`, data, rule);
  if (data.length !== size) {
    throw new RangeError(
      `${where}: expected ${size} numbers for ${show(shape)} as tensors.${name}.data, got ${data.length}; ` +
        'make shape and data agree.',
    );
  }
}

/** The order of text in UTF-8: characters beyond the first 65,536 come last, which in UTF-16 are before some. */
export function compareNames(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)]; // of whole characters
  const at = one.findIndex((letter, i) => letter !== other[i]);
  return at < 0 ? one.length - other.length : (one[at].codePointAt(0) ?? 0) - (other.at(at)?.codePointAt(0) ?? -1);
}

/** The bytes before the data, for tensors in the order of the file. */
function headOf(where: string, tensors: readonly NamedTensor[], metadata: WriteSafetensorsOptions['metadata']): Bytes {
  let begin = 0;
  const entries = tensors.map(({name, dtype, shape, byteLength}) => {
    const end = begin + byteLength;
    const entry = `${JSON.stringify(name)}:${JSON.stringify({dtype, shape, data_offsets: [begin, end]})}`;
    begin = end;
    return entry;
  });
  // Not as one object, in which names that are numbers would come first.
  const json = `{${[...(metadata ? [`"__metadata__":${JSON.stringify(metadata)}`] : []), ...entries].join(',')}}`;
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / PREFIX) * PREFIX; // so that numbers of 8 bytes lie at multiples of 8
  if (length > LONGEST) {
    throw new RangeError(
      `${where}: expected names and metadata of at most ${LONGEST} bytes, got ${length}; write several files.`,
    );
  }
  const head = new Uint8Array(PREFIX + length).fill(0x20, PREFIX); // spaces
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, PREFIX);
  return head;
}

/** Bytes that are no shared memory, as a `Blob` wants them. */
type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of numbers; a view where that can be. */
function bytesOf({buffer, byteOffset, byteLength}: TensorData): Bytes {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}

/** The file of tensors that were checked. */
export function chunksOf(
  where: string,
  tensors: readonly NamedTensor[],
  metadata: WriteSafetensorsOptions['metadata'],
): AsyncGenerator<Bytes, void, undefined> {
  const order = (dtype: Dtype) => DTYPES.indexOf(dtype);
  const sorted = [...tensors].sort((a, b) => order(a.dtype) - order(b.dtype) || compareNames(a.name, b.name));
  const head = headOf(where, sorted, metadata);
  return (async function* () {
    yield head;
    for (const tensor of sorted) {
      const data = typeof tensor.data === 'function' ? await tensor.data() : tensor.data;
      checkData(where, tensor.name, tensor, data);
      if (data.length > 0) yield bytesOf(data);
    }
  })();
}

/**
 * Writes a safetensors file, as chunks for whatever takes them: byte for byte what `safetensors.numpy.save` makes of
 * the same tensors and metadata. Tensors lie in the file by type, wider numbers first, then by name.
 *
 * The reference writes several texts of metadata in another order each time; here they have the order given.
 *
 * @param tensors Tensors by name. Types, shapes and arrays are checked before this returns, what functions give when
 * their turn comes.
 * @param options Settings.
 * @returns The file's bytes, in chunks of which some are views of the tensors' own memory: valid until the next.
 * @throws TypeError for anything but a tensor, RangeError for data that does not fit its shape.
 * @example
 * const chunks = [];
 * for await (const chunk of writeSafetensors({w: {dtype: 'F32', shape: [2], data: Float32Array.of(1, 2)}}))
 *   chunks.push(chunk);
 * const file = new Blob(chunks);
 */
export function writeSafetensors(
  tensors: TensorsToWrite,
  options: WriteSafetensorsOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const all = namedTensors('writeSafetensors', tensors);
  checkOptions('writeSafetensors', options, {metadata: metadataRule});
  return chunksOf('writeSafetensors', all, options.metadata);
}
