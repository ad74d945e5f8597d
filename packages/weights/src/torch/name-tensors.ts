import {show} from '@contrastive/internal';
import {badFile, SAVE_STATE} from './bad-file.js';
import {describe, isComposite, isKind, type Composite, type TensorView, type Value} from './values.js';

/** How deep lists and dictionaries may lie in each other. */
const DEEPEST = 64;

/** How many lists and dictionaries are looked through: one that is in many places is so in each. */
const MOST = 2 ** 20;

/** What a composite is made of that no name leads to. */
const hidden = (value: Composite): readonly Value[] =>
  value.kind === 'placeholder' ? value.parts : value.kind === 'dictionary' ? value.attributes : [];

/** What lies in a composite, under names or not. */
function* within(value: Composite): Generator<Value> {
  yield* hidden(value);
  if (value.kind === 'dictionary') for (const entry of value.entries) yield* entry;
  if ('items' in value) yield* value.items;
}

/**
 * Throws where a tensor lies in what is left out: weights would be lost in silence.
 *
 * @param seen What was looked at; placeholders may refer to each other in circles.
 */
function checkNoTensor(where: string, path: string, owner: string, values: readonly Value[], seen: Set<Value>): void {
  const open = [...values];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!isComposite(value) || seen.has(value)) continue;
    if (value.kind === 'tensor') {
      const place = path === '' ? '' : ` at ${show(path)}`;
      throw badFile(where, 'tensors in lists and dictionaries', `one in ${owner}${place}`, SAVE_STATE);
    }
    seen.add(value);
    for (const one of within(value)) open.push(one);
  }
}

/** A key as part of a name. */
const partOf = (key: Value): string | undefined =>
  typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? String(key) : undefined;

/**
 * The tensors of a value by name: the keys that lead there, and positions in lists, joined by dots.
 *
 * @throws Error for two of one name, and where a tensor lies in what no name leads to.
 */
export function nameTensors(where: string, root: Value): ReadonlyMap<string, TensorView> {
  const tensors = new Map<string, TensorView>();
  const seen = new Set<Value>();
  const above: Value[] = [];
  let looked = 0;
  const visit = (value: Value, path: string): void => {
    if (!isComposite(value) || above.includes(value)) return;
    if (value.kind === 'tensor') {
      if (tensors.has(path)) throw badFile(where, `one tensor of the name ${show(path)}`, 'two', SAVE_STATE);
      tensors.set(path, value);
      return;
    }
    const join = (part: string): string => (path === '' ? part : `${path}.${part}`);
    if (++looked > MOST || above.length === DEEPEST)
      throw badFile(where, `at most ${MOST} lists and dictionaries, ${DEEPEST} deep`, 'more', SAVE_STATE);
    above.push(value);
    const owner = isKind(value, 'dictionary') ? 'attributes of a dictionary' : describe(value);
    checkNoTensor(where, path, owner, value.kind === 'set' ? value.items : hidden(value), seen);
    if (value.kind === 'list' || value.kind === 'tuple')
      for (const [i, item] of value.items.entries()) visit(item, join(String(i)));
    if (value.kind === 'dictionary')
      for (const [key, item] of value.entries) {
        const part = partOf(key);
        if (part === undefined) checkNoTensor(where, path, `an entry whose key is ${describe(key)}`, [key, item], seen);
        else visit(item, join(part));
      }
    above.pop();
  };
  visit(root, '');
  return tensors;
}
