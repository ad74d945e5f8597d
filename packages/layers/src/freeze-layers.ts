import {checkOptions, checkValue, flag, list, nearest, text, type Rules} from '@contrastive/internal';
import * as tfl from '@tensorflow/tfjs-layers';
import {adjustNorms} from './adjust-norms.js';
import {modelRule} from './networks.js';

/** Settings of {@link freezeLayers}. */
export interface FreezeOptions {
  /**
   * Whether the BatchNorm layers among them normalise by their running statistics, which then stay as they are; false
   * by default: frozen weights, and statistics that follow the batches, as `trainable = false` alone has it.
   */
  readonly statistics?: boolean;
  /** What messages begin with; `freezeLayers` by default. */
  readonly where?: string;
}

const rules: Rules<FreezeOptions> = {statistics: flag, where: text};
const namesRule = list(text, 'names of layers, or their beginnings');

type Layer = tfl.LayersModel['layers'][number];

/** All layers of a network, those of nested models too. */
const layersOf = ({layers}: tfl.LayersModel): Layer[] =>
  layers.flatMap(layer => (layer instanceof tfl.LayersModel ? [layer, ...layersOf(layer)] : [layer]));

/**
 * Whether an entry is a layer's name or its beginning up to a dot, a dash or the like: `layer1` of `layer1.0.conv1`.
 */
const covers = (entry: string, name: string): boolean =>
  name === entry || (name.startsWith(entry) && !/^[\p{L}\p{N}]/u.test(name.slice(entry.length)));

/** The names that may be given: of layers, and what comes before each dot. */
function possible(names: readonly string[]): string[] {
  const prefixes = names.flatMap(name => [...name.matchAll(/\./g)].map(({index}) => name.slice(0, index)));
  return [...new Set([...prefixes, ...names])];
}

/**
 * Makes all of a network trainable but for the layers that are named, exactly or by the beginning of their names. Call
 * it before the method and its optimiser are made, whose parameters are what is trainable then. Whether statistics are
 * fixed is kept by copies, such as MoCo's key network, and not by saved models.
 *
 * @param model Changed in place: what was frozen or fixed before and is not named is so no more.
 * @param names Of layers, or beginnings such as `layer1` for `layer1.0.conv1`; none makes all trainable.
 * @throws TypeError for anything but a model, RangeError for a name that no layer has, with the nearest that one has;
 * Error for a stock BatchNormalization whose statistics should be fixed.
 * @example
 * const {encoder} = await importEncoder('resnet18.safetensors');
 * freezeLayers(encoder, ['conv1', 'bn1', 'layer1'], {statistics: true});
 * const method = simclr({encoder, head});
 */
export function freezeLayers(model: tfl.LayersModel, names: readonly string[], options: FreezeOptions = {}): void {
  checkOptions('freezeLayers', options, rules);
  const {statistics = false, where = 'freezeLayers'} = options;
  checkValue(where, 'model', model, modelRule);
  checkValue(where, 'names', names, namesRule);
  const layers = layersOf(model);
  const present = layers.map(({name}) => name);
  for (const entry of names) {
    if (present.some(name => covers(entry, name))) continue;
    throw new RangeError(
      `${where}: expected names of layers, or their beginnings, to freeze, got ${entry}; did you mean ` +
        `${nearest(entry, possible(present))}?`,
    );
  }
  const frozen = (name: string): boolean => names.some(entry => covers(entry, name));
  const isStock = (layer: Layer): boolean => layer.getClassName() === 'BatchNormalization';
  const stock = statistics ? layers.find(layer => isStock(layer) && frozen(layer.name)) : undefined;
  if (stock !== undefined) {
    throw new Error(
      `${where}: expected BatchNorm of these packages, to fix its statistics, got the stock layer ${stock.name}; ` +
        'give forTraining(model).',
    );
  }
  model.trainable = true;
  for (const layer of layers) layer.trainable = true;
  // A nested model passes its own on to its layers, so those come after it.
  for (const layer of layers) if (frozen(layer.name)) layer.trainable = false;
  adjustNorms(model, {fixed: name => statistics && frozen(name)});
  if (!statistics) return;
  for (const layer of layers)
    if (layer instanceof tfl.LayersModel && frozen(layer.name)) adjustNorms(layer, {fixed: () => true});
}
