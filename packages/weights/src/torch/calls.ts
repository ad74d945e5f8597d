import {show} from '@contrastive/internal';
import type {Dtype} from '@contrastive/safetensors';
import {badFile, FETCH_AGAIN, SAVE_STATE} from './bad-file.js';
import {dictionaries, dtypes, leftovers, sets, storageTypes} from './names.js';
import {
  describe,
  dictionary,
  isKind,
  sequence,
  type Named,
  type Sequence,
  type Storage,
  type TensorView,
  type Value,
} from './values.js';

/** Who calls. */
export interface Caller {
  /** What messages begin with. */
  readonly where: string;
  /** Counts values that are copied, so that a short pickle cannot copy for hours. */
  readonly spend: (values: number) => void;
}

/** What a call of a name gives. */
type Call = (caller: Caller, args: readonly Value[]) => Value;

/** What was expected of an argument and came. */
const badArgument = (where: string, expected: string, value: Value | undefined): Error =>
  badFile(
    where,
    `${expected} in the pickle`,
    describe(value),
    value !== undefined && isKind(value, 'placeholder') ? SAVE_STATE : FETCH_AGAIN,
  );

const isCount = (value: Value | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function count(where: string, what: string, value: Value | undefined): number {
  if (!isCount(value)) throw badArgument(where, `a whole number from 0 on as ${what}`, value);
  return value;
}

/** The most axes that a tensor has in torch. */
const MOST_AXES = 64;

function counts(where: string, what: string, value: Value | undefined): number[] {
  if (value === undefined || !isKind(value, 'tuple') || value.items.length > MOST_AXES)
    throw badArgument(where, `a tuple of whole numbers from 0 on as ${what}`, value);
  return value.items.map(item => count(where, what, item));
}

function tensor(where: string, [storage, offset, shape, strides]: readonly Value[], given?: Dtype): TensorView {
  if ((storage as Value | undefined) === undefined || !isKind(storage, 'storage'))
    throw badArgument(where, 'a storage of a tensor', storage);
  const dtype = given ?? storage.dtype;
  if (dtype === undefined)
    throw badFile(where, 'tensors of real numbers', storage.type, 'convert the tensor before it is saved');
  const view: TensorView = {
    kind: 'tensor',
    storage,
    dtype,
    offset: count(where, 'the offset of a tensor', offset),
    shape: counts(where, 'the shape of a tensor', shape),
    strides: counts(where, 'the strides of a tensor', strides),
  };
  if (view.shape.length === view.strides.length) return view;
  throw badArgument(where, `${view.shape.length} strides of a tensor`, strides);
}

/** A parameter is its tensor, the first argument. */
function parameter(where: string, [value]: readonly Value[]): TensorView {
  if ((value as Value | undefined) === undefined || !isKind(value, 'tensor'))
    throw badArgument(where, 'a tensor of a parameter', value);
  return value;
}

/** The entries of a dictionary that is made of another, or of pairs. */
function entriesOf({where, spend}: Caller, value: Value | undefined): [Value, Value][] {
  if (value === undefined) return [];
  if (isKind(value, 'dictionary')) {
    spend(value.entries.size);
    return [...value.entries];
  }
  if (!isKind(value, 'list') && !isKind(value, 'tuple')) throw badArgument(where, 'pairs of a dictionary', value);
  spend(value.items.length);
  return value.items.map(pair => {
    const items = isKind(pair, 'list') || isKind(pair, 'tuple') ? pair.items : [];
    if (items.length !== 2) throw badArgument(where, 'pairs of a dictionary', pair);
    return [items[0], items[1]];
  });
}

function setOf({where, spend}: Caller, [given]: readonly Value[]): Sequence {
  if ((given as Value | undefined) === undefined) return sequence('set');
  if (!isKind(given, 'list') && !isKind(given, 'tuple') && !isKind(given, 'set'))
    throw badArgument(where, 'a list of a set', given);
  spend(given.items.length);
  return sequence('set', [...given.items]);
}

/** Bytes, which protocol 2 writes as text of their letters in Latin-1. */
function bytes({where, spend}: Caller, [text, encoding]: readonly Value[]): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1') throw badArgument(where, 'bytes in latin1', text);
  spend(text.length);
  return Uint8Array.from(text, letter => letter.charCodeAt(0));
}

const calls: Readonly<Record<string, Call>> = {
  'torch._utils._rebuild_tensor': ({where}, args) => tensor(where, args),
  'torch._utils._rebuild_tensor_v2': ({where}, args) => tensor(where, args),
  'torch._utils._rebuild_tensor_v3': ({where}, args) => {
    const dtype = (args[6] as Value | undefined) === undefined ? undefined : args[6];
    const name = dtype !== undefined && isKind(dtype, 'name') ? dtypes.get(dtype.name) : undefined;
    if (name === undefined) throw badArgument(where, 'a type of numbers of a tensor', dtype);
    return tensor(where, args, name);
  },
  'torch._utils._rebuild_parameter': ({where}, args) => parameter(where, args),
  'torch._utils._rebuild_parameter_with_state': ({where}, args) => parameter(where, args),
  'torch._tensor._rebuild_from_type_v2': (caller, [f, , args]) => {
    if (!isKind(f, 'name') || !f.name.startsWith('torch._utils.') || !isKind(args, 'tuple'))
      throw badArgument(caller.where, 'a tensor', f);
    return call(caller, f, args.items);
  },
  'torch.Size': ({where}, [items]) => sequence('tuple', counts(where, 'a shape', items)),
  'collections.defaultdict': (caller, [, entries]) => dictionary(entriesOf(caller, entries)),
  '_codecs.encode': bytes,
};

/** Whether a name may be in a pickle. */
const isAllowed = (name: string): boolean =>
  Object.hasOwn(calls, name) ||
  dictionaries.has(name) ||
  sets.has(name) ||
  leftovers.has(name) ||
  dtypes.has(name) ||
  storageTypes.has(name);

/**
 * A name of a pickle.
 *
 * @throws Error for one that is not needed for weights.
 */
export function named(where: string, name: string): Named {
  if (isAllowed(name)) return {kind: 'name', name};
  const todo = /^(__main__|torch\.nn|torchvision|timm|models?)\./.test(name)
    ? `it holds a whole model, not its weights, and nothing was run: save model.state_dict() by torch.save`
    : SAVE_STATE;
  throw badFile(where, 'nothing but tensors and plain values in the pickle', show(name), todo);
}

/** What a call of a name with arguments gives: nothing is run. */
export function call(caller: Caller, callee: Value | undefined, args: readonly Value[]): Value {
  if (callee === undefined || !isKind(callee, 'name')) throw badArgument(caller.where, 'a name that is called', callee);
  const {name} = callee;
  if (Object.hasOwn(calls, name)) return calls[name](caller, args);
  if (dictionaries.has(name)) return dictionary(entriesOf(caller, args[0]));
  if (sets.has(name)) return setOf(caller, args);
  caller.spend(args.length);
  return {kind: 'placeholder', name, parts: [...args]};
}

/** The storage that a persistent id names: `('storage', type, key, location, length, view?)`. */
export function storage(where: string, id: Value | undefined): Storage {
  if (id === undefined || !isKind(id, 'tuple') || id.items[0] !== 'storage')
    throw badArgument(where, 'a storage as persistent id', id);
  const [, type, key, , length, view = null] = id.items;
  if (!isKind(type, 'name') || !storageTypes.has(type.name)) throw badArgument(where, 'the type of a storage', type);
  if (typeof key !== 'string') throw badArgument(where, 'text as the key of a storage', key);
  const items = view !== null && isKind(view, 'tuple') ? view.items : [];
  if (view !== null && items.length !== 3) throw badArgument(where, '(key, offset, length) of a view', view);
  return {
    kind: 'storage',
    key,
    type: type.name,
    dtype: storageTypes.get(type.name),
    length: count(where, 'the length of a storage', length),
    begin: view === null ? 0 : count(where, 'the offset of a view', items[1]),
  };
}
