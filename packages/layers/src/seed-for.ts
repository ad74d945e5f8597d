import {checkValue, integer} from '@contrastive/internal';

/**
 * The seed of one weight, derived from the seed of its network and its own name, so that weights of one shape do not
 * start alike and a weight keeps its start when another layer is added. The hash is FNV-1a (Fowler, Noll, Vo) over the
 * characters, then the 32-bit finaliser of MurmurHash3 (Appleby).
 *
 * @param seed Any integer; throws a RangeError for another number.
 * @param name Unique in the network, for example `layer1.0.conv1/kernel`.
 * @returns An integer from 1 to 2³¹ − 1, never 0: the random initialisers of TensorFlow.js take 0 for "no seed".
 *
 * @example
 * tfl.initializers.randomNormal({stddev: 0.01, seed: seedFor(7, 'projection1/kernel')});
 */
export function seedFor(seed: number, name: string): number {
  checkValue('seedFor', 'seed', seed, integer());
  let hash = 0x811c9dc5;
  for (const character of `${String(seed)}:${name}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return 1 + (hash % 0x7fffffff);
}
