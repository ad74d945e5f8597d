import type {Dtype} from '@contrastive/safetensors';

/** Items of a pickle. */
interface SequenceOf<Kind extends string> {
  readonly kind: Kind;
  readonly items: Value[];
}

/** A list, a tuple or a set of a pickle. */
export type Sequence = SequenceOf<'list'> | SequenceOf<'tuple'> | SequenceOf<'set'>;

/** A dictionary: a plain one, an ordered one, one with a default, or one of a trainer's. */
export interface Dictionary {
  readonly kind: 'dictionary';
  readonly entries: Map<Value, Value>;
  /** Attributes that were set on it, such as `_metadata` on a state dict. */
  readonly attributes: Value[];
}

/** A class or function that is named, and never looked up. */
export interface Named {
  readonly kind: 'name';
  /** Module and qualified name, as `collections.OrderedDict`. */
  readonly name: string;
}

/** Numbers that lie beside the pickle, of which tensors are views. */
export interface Storage {
  readonly kind: 'storage';
  /** What the file calls it. */
  readonly key: string;
  /** Type of its numbers; undefined for one that is none of ours. */
  readonly dtype: Dtype | undefined;
  /** Torch's name for it, as `torch.FloatStorage`. */
  readonly type: string;
  /** How many numbers it has. */
  readonly length: number;
  /** Where the numbers of a view begin that is stored as such, in the files before 1.6; else 0. */
  readonly begin: number;
}

/** A view of a storage; all counts are of numbers, not of bytes. */
export interface TensorView {
  readonly kind: 'tensor';
  readonly storage: Storage;
  readonly dtype: Dtype;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** What a trainer left that no weight needs: a name, and what it was made of. */
interface Placeholder {
  readonly kind: 'placeholder';
  readonly name: string;
  readonly parts: Value[];
}

/** What has values in it, or stands for something. */
export type Composite = Sequence | Dictionary | Named | Storage | TensorView | Placeholder;

/** What a pickle's machine works on. */
export type Value = null | boolean | number | bigint | string | Uint8Array | Composite;

/** Whether a value is of one of the kinds above. */
export const isComposite = (value: Value): value is Composite =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** Whether a value is of a kind. */
export const isKind = <K extends Composite['kind']>(value: Value, kind: K): value is Extract<Composite, {kind: K}> =>
  isComposite(value) && value.kind === kind;

/** A list with these items. */
export const sequence = (kind: Sequence['kind'], items: Value[] = []): Sequence => ({kind, items});

/** A dictionary with these entries. */
export const dictionary = (entries: Iterable<readonly [Value, Value]> = []): Dictionary => ({
  kind: 'dictionary',
  entries: new Map(entries),
  attributes: [],
});

/** What a message says of a value. */
export function describe(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return 'text';
  if (value instanceof Uint8Array) return 'bytes';
  if (!isComposite(value)) return String(value);
  return value.kind === 'name' || value.kind === 'placeholder' ? value.name : `a ${value.kind}`;
}
