import {adjustNorms} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';

type Layer = tfl.LayersModel['layers'][number];

/** All layers of a network, those of nested models too. */
const layersOf = ({layers}: tfl.LayersModel): Layer[] =>
  layers.flatMap(layer => (layer instanceof tfl.LayersModel ? [layer, ...layersOf(layer)] : [layer]));

/**
 * Whether an entry is a layer's name or its beginning up to a dot, a dash or the like: `layer1` of `layer1.0.conv1`.
 */
const covers = (entry: string, name: string): boolean =>
  name === entry || (name.startsWith(entry) && !/^[\p{L}\p{N}]/u.test(name.slice(entry.length)));

/** The number of letters to put in, leave out or change to make one word the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let row = Array.from({length: to.length + 1}, (_, j) => j);
  for (let i = 0; i < from.length; i++) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < to.length; j++)
      row.push(Math.min(above[j + 1] + 1, row[j] + 1, above[j] + Number(from[i] !== to[j])));
  }
  return row[to.length];
}

/** The names that may be given: of layers, and what comes before each dot. */
function possible(names: readonly string[]): string[] {
  const prefixes = names.flatMap(name => [...name.matchAll(/\./g)].map(({index}) => name.slice(0, index)));
  return [...new Set([...prefixes, ...names])];
}

/**
 * Makes all of a network trainable but for the layers that are named, exactly or by the beginning of their names.
 *
 * @param model Changed in place.
 * @param freeze Names of layers, or beginnings such as `layer1` for `layer1.0.conv1`.
 * @param statistics Whether the BatchNorms among them normalise by their running statistics, which then stay.
 * @throws RangeError for a name that no layer has, with the nearest that one has.
 */
export function freezeLayers(
  where: string,
  model: tfl.LayersModel,
  freeze: readonly string[],
  statistics: boolean,
): void {
  const layers = layersOf(model);
  const names = layers.map(({name}) => name);
  for (const entry of freeze) {
    if (names.some(name => covers(entry, name))) continue;
    const [nearest] = possible(names).sort((a, b) => editDistance(entry, a) - editDistance(entry, b));
    throw new RangeError(
      `${where}: expected names of layers, or their beginnings, as freeze, got ${entry}; did you mean ${nearest}?`,
    );
  }
  const frozen = (name: string): boolean => freeze.some(entry => covers(entry, name));
  model.trainable = true;
  for (const layer of layers) layer.trainable = true;
  // A nested model passes its own on to its layers, so those come after it.
  for (const layer of layers) if (frozen(layer.name)) layer.trainable = false;
  if (!statistics) return;
  adjustNorms(model, {fixed: frozen});
  for (const layer of layers)
    if (layer instanceof tfl.LayersModel && frozen(layer.name)) adjustNorms(layer, {fixed: () => true});
}
