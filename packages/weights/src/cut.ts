import * as tfl from '@tensorflow/tfjs-layers';
import {checkOptions, checkValue, choice, nearest, show, text, type Rules} from '@contrastive/internal';
import {copyWeights, freezeAlike, modelRule} from '@contrastive/layers';

/** Settings of {@link cut}. */
export interface CutOptions {
  /**
   * What becomes of images `[n, h, w, c]`: `'average'` takes the mean over all pixels, `[n, c]`, so that the result is
   * an encoder; `'none'` leaves them. `'average'` by default.
   */
  readonly pool?: 'average' | 'none';
  /** Name of the model, that of the original by default. */
  readonly name?: string;
}

const rules: Rules<CutOptions> = {pool: choice('average', 'none'), name: text};

/** The class of a model. */
interface ModelClass {
  fromConfig(cls: ModelClass, config: object): tfl.LayersModel;
}

/** The parts of a layer's name: the stage, the block and what it is. */
const partsOf = (name: string): readonly string[] => name.split(/[./]/);

/**
 * What a name was meant to be: of the names that begin like it, the most like it of as many parts, the last where
 * several are; the last of all for a stage or block as a whole.
 */
function meant(given: string, names: readonly string[]): string | undefined {
  const parts = partsOf(given);
  const shared = (name: string): number => {
    const differs = partsOf(name).findIndex((part, i) => part !== parts[i]);
    return differs < 0 ? partsOf(name).length : differs;
  };
  const most = Math.max(...names.map(shared));
  if (most === 0) return nearest(given, names);
  const alike = names.filter(name => shared(name) === most);
  const asLong = alike.filter(name => partsOf(name).length === parts.length);
  return nearest(given, asLong.toReversed()) ?? alike.at(-1);
}

/** The output of a layer of that name. */
function outputOf(model: tfl.LayersModel, layerName: string): tfl.SymbolicTensor {
  const names = model.layers.map(({name}) => name);
  const layer = model.layers.find(({name}) => name === layerName);
  if (layer === undefined) {
    const last = names.slice(-5).map(name => show(name));
    throw new RangeError(
      `cut: expected the name of a layer of the model, such as ${last.join(', ')}, as layerName, got ` +
        `${show(layerName)}; did you mean ${show(meant(layerName, names))}?`,
    );
  }
  const outputs = layer.inboundNodes.flatMap(({outputTensors}) => outputTensors);
  const [output, ...others] = outputs.filter(({id}) => reaches(model, id));
  if (others.length === 0) return output;
  throw new RangeError(
    `cut: expected a layer with one output as layerName, got ${show(layerName)}, which has ${others.length + 1}; ` +
      'name another one.',
  );
}

/** Whether a symbol is in the graph of a model: a layer may be in others too. */
function reaches(model: tfl.LayersModel, id: number): boolean {
  const seen = new Set<number>();
  const open = [...model.outputs];
  for (let symbol = open.pop(); symbol !== undefined; symbol = open.pop()) {
    if (seen.has(symbol.id)) continue;
    seen.add(symbol.id);
    open.push(...symbol.inputs);
  }
  return seen.has(id);
}

/**
 * A model of the same images up to a layer: an encoder from inside another one. It is a copy and shares nothing with
 * the original: what is frozen there is frozen here, and how its images are prepared is remembered.
 *
 * @param model Left alone. Its class and those of its layers must be registered.
 * @param layerName The name of the layer whose output counts, as `model.summary()` prints it: `'layer3.5.relu'`.
 * @returns The caller's: `[n, h, w, c]` to `[n, d]`, or to the layer's output with `{pool: 'none'}`.
 * @throws RangeError for a name that no layer has, with the nearest that one has, or a layer that is called several
 * times.
 * @example
 * const early = cut(encoder, 'layer3.1.relu'); // for images that are unlike those of its training
 */
export function cut(model: tfl.LayersModel, layerName: string, options: CutOptions = {}): tfl.LayersModel {
  checkOptions('cut', options, rules);
  checkValue('cut', 'model', model, modelRule);
  checkValue('cut', 'layerName', layerName, text);
  const {pool = 'average', name = model.name} = options;
  const part = tfl.model({inputs: model.inputs, outputs: outputOf(model, layerName), name});
  const Model = part.constructor as typeof part.constructor & ModelClass;
  const copy = Model.fromConfig(Model, part.getConfig());
  freezeAlike(model, copy);
  copyWeights(copy, part);
  const [output] = copy.outputs;
  const pooled = pool === 'average' && output.shape.length === 4;
  const result = pooled
    ? tfl.model({
        inputs: copy.inputs,
        outputs: tfl.layers.globalAveragePooling2d({name: 'cut.avgpool'}).apply(output) as tfl.SymbolicTensor,
        name,
      })
    : copy;
  const metadata = model.getUserDefinedMetadata() as object | undefined;
  if (metadata) result.setUserDefinedMetadata(metadata);
  return result;
}
