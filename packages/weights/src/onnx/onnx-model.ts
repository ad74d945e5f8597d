import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Preparation} from '@contrastive/augment';
import {show} from '@contrastive/internal';
import {createGraph, type Graph, type OnnxDtype} from './graph.js';
import {modelBytes, type Port} from './messages.js';
import {addModel, readWeights} from './walk.js';
import type {Shape} from './call.js';

/** What a file is made of, besides the network. */
interface OnnxSettings {
  readonly dtype: OnnxDtype;
  /** Kept in the file as JSON, where there is any. */
  readonly metadata?: object;
  /**
   * Outputs as transformers has them, `last_hidden_state` and `pooler_output`, of an encoder whose images are prepared
   * so; what is left out, `features`.
   */
  readonly transformers?: Preparation;
}

/** Grey of red, green and blue, ITU-R BT.601, as Pillow and `image-files` have it. */
const LUMA = [0.299, 0.587, 0.114];

/** The sides in the order of the graph; those that may be any by a name. */
const sidesOf = (shape: Shape, suffix = ''): (number | string)[] => {
  const names = shape.length === 4 ? ['height', 'width'] : shape.slice(1).map((_, i) => `side${i + 1}`);
  const [, ...sides] = shape.map((side, i) => side ?? `${names[i - 1]}${suffix}`);
  const last = sides.pop() ?? 1;
  return ['batch', ...(shape.length === 4 ? [last, ...sides] : [...sides, last])];
};

/** Adds grey, normalised images of colours in [0, 1]. */
function greyOf(graph: Graph, input: string, {normalization}: Preparation): string {
  const {mean, std} = normalization ?? {mean: [0], std: [1]};
  const weights = graph.floats(
    'grey/kernel',
    Float32Array.from(LUMA, part => part / std[0]),
    [1, 3, 1, 1],
  );
  const bias = graph.floats('grey/bias', Float32Array.of(-mean[0] / std[0]));
  return graph.node('Conv', 'grey', [input, weights, bias], {kernel_shape: [1, 1]});
}

/**
 * Adds the outputs that transformers' ResNetModel has: the images before the global average, and the average
 * `[n, d, 1, 1]`. Features that are no average are both, as images of one pixel.
 */
function addTransformersOutputs(graph: Graph, output: string, shape: Shape): Port[] {
  const made = (name: string): Graph['nodes'][number] | undefined => graph.nodes.find(node => node.output === name);
  const flat = made(output);
  const average = flat?.op === 'Flatten' ? made(flat.inputs[0]) : undefined;
  const features = shape.at(-1) ?? 'channels';
  if (average?.op === 'GlobalAveragePool') {
    graph.result('Identity', 'last_hidden_state', average.inputs);
    graph.result('Identity', 'pooler_output', [average.output]);
  } else if (shape.length === 4) {
    graph.result('Identity', 'last_hidden_state', [output]);
    graph.result('GlobalAveragePool', 'pooler_output', [output]);
  } else {
    const sides = graph.integers('pooler_output/shape', [0, -1, 1, 1]);
    graph.result('Reshape', 'pooler_output', [output, sides]);
    graph.result('Identity', 'last_hidden_state', ['pooler_output']);
  }
  return [
    {name: 'last_hidden_state', shape: ['batch', features, 'height_out', 'width_out']},
    {name: 'pooler_output', shape: ['batch', features, 1, 1]},
  ];
}

/**
 * A network as the bytes of an ONNX file.
 *
 * @throws Error for a network of several inputs or outputs, or with a layer that cannot be written.
 */
export async function onnxModel(
  where: string,
  model: LayersModel,
  {dtype, metadata = {}, transformers}: OnnxSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new Error(
      `${where}: expected a network of one input and one output, got ${model.inputs.length} and ` +
        `${model.outputs.length}; make a model of those that count.`,
    );
  }
  const [{shape}] = model.inputs;
  const [{shape: outputShape}] = model.outputs;
  if (transformers && shape.length !== 4)
    throw new Error(
      `${where}: expected images [n, h, w, c] as input of the network, got ${show(shape)}; give an encoder.`,
    );
  const ofImages = shape.length === 4;
  const grey = transformers?.channels === 1;
  const input = ofImages ? 'pixel_values' : 'features';
  const graph = createGraph(where, dtype);
  const images = grey ? greyOf(graph, input, transformers) : input;
  const output = addModel(where, graph, model, await readWeights(model), images);
  const name = ofImages ? 'features' : 'output';
  const outputs = transformers
    ? addTransformersOutputs(graph, output, outputShape)
    : [{name: graph.result('Identity', name, [output]), shape: sidesOf(outputShape, '_out')}];
  const prepared = grey
    ? 'pixel_values: red, green and blue in [0, 1], not normalised; the graph makes grey of them, 0.299 R + 0.587 G ' +
      '+ 0.114 B (ITU-R BT.601), and normalises it.'
    : ofImages
      ? 'pixel_values: images prepared as the metadata say.'
      : 'features: those of an encoder.';
  return modelBytes({
    name: model.name,
    description: prepared,
    inputs: [{name: input, shape: sidesOf(grey ? [...shape.slice(0, -1), 3] : shape)}],
    outputs,
    nodes: graph.nodes,
    constants: graph.constants,
    metadata: Object.keys(metadata).length > 0 ? {contrastive: JSON.stringify(metadata)} : {},
  });
}
