import type {LayersModel} from '@tensorflow/tfjs-layers';
import {prepare, type Preparation} from '@contrastive/augment';
import {object, reasonOf, show} from '@contrastive/internal';
import type {OnnxDtype} from '../onnx/graph.js';
import {preprocessorConfig} from './config-of.js';

/** What transformers.js reads beside a network. */
interface TransformersFiles {
  readonly config: object;
  readonly preprocessor: object;
  /** How the encoder's images are prepared. */
  readonly preparation: Preparation;
}

/**
 * Pillow's number for Lanczos. transformers.js resizes by points for its numbers of bilinear and bicubic (in Node, by
 * sharp's `affine`), which makes other images of photographs; by this one it averages over all pixels, as our bicubic
 * and bilinear do. In browsers it has one way, that of the canvas.
 */
const AVERAGING = 1;

const advice = 'give {metadata: {preparation: {channels, size, crop, interpolation, normalization}}} of its training.';

/** The record of how images are prepared, which may come from the caller. */
function preparationIn(where: string, encoder: LayersModel, metadata: object): Preparation {
  const {preparation} = metadata as {readonly preparation?: Preparation};
  if (preparation === undefined || object.judge(preparation) !== undefined) {
    throw new Error(
      `${where}: expected how the encoder's images are prepared, for transformers.js, got no record of it; ${advice}`,
    );
  }
  try {
    prepare(preparation);
  } catch (cause) {
    throw new Error(
      `${where}: expected a preparation for transformers.js, got ${show(preparation)} (${reasonOf(cause)}); ${advice}`,
      {cause},
    );
  }
  const {size, channels} = preparation;
  const [, height, width, depth] = encoder.inputs[0].shape;
  if (size === undefined || channels !== depth || [height, width].some(side => side !== null && side !== size)) {
    throw new Error(
      `${where}: expected a preparation with a size, for images ${show([height, width, depth])} of the encoder, got ` +
        `${show(preparation)}; ${advice}`,
    );
  }
  return preparation;
}

/**
 * What transformers.js reads beside the network of an encoder.
 *
 * Its processor gives every network colours; of grey images the network normalises, so the processor does not.
 *
 * @param metadata The encoder's, with its preparation.
 * @throws Error where they do not say how images are prepared to one size.
 */
export function transformersFiles(
  where: string,
  encoder: LayersModel,
  metadata: object,
  dtype: OnnxDtype,
): TransformersFiles {
  const preparation = preparationIn(where, encoder, metadata);
  const {normalization, ...grey} = preparation;
  const known = preprocessorConfig(preparation.channels === 1 ? grey : {...grey, normalization});
  return {
    // The type is that of networks of one graph with images as their input, whatever their layers.
    config: {
      architectures: ['ResNetModel'],
      model_type: 'resnet',
      num_channels: 3,
      hidden_sizes: [encoder.outputs[0].shape.at(-1)],
      'transformers.js_config': {dtype},
    },
    preprocessor: {...known, resample: AVERAGING, do_convert_rgb: true},
    preparation,
  };
}
