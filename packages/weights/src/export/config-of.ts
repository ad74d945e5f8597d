import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Preparation} from '@contrastive/augment';
import {show, usualCrop} from '@contrastive/internal';
import type {TensorToWrite} from '@contrastive/safetensors';

const otherwise = (where: string, expected: string, got: unknown): Error =>
  new Error(
    `${where}: expected ${expected} for the names of transformers, got ${show(got)}; export it with {names: ` +
      "'torchvision'}.",
  );

/** A side or both of a layer's configuration. */
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/**
 * `config.json` of transformers for a ResNet.
 *
 * @param shapeOf The shape in torch of a layer's kernel, by torchvision's name.
 * @throws Error for a network that transformers' ResNetModel cannot be.
 */
export function transformersConfig(
  where: string,
  encoder: LayersModel,
  shapeOf: (layer: string) => readonly number[] | undefined,
): object {
  const [width = 0, channels = 0, side = 0] = shapeOf('conv1') ?? [];
  if (side !== 7) throw otherwise(where, 'a stem of 7×7', `${side}×${side}`);
  const padding = first(first(encoder.layers.find(({name}) => name === 'conv1.pad')?.getConfig().padding));
  if (padding !== 3) throw otherwise(where, 'a stem with 3 zeros around', padding);
  const bottleneck = shapeOf('layer1.0.conv3') !== undefined;
  const depths: number[] = [];
  const sizes: number[] = [];
  for (let stage = 1; ; stage++) {
    const last = shapeOf(`layer${stage}.0.${bottleneck ? 'conv3' : 'conv2'}`);
    if (last === undefined) break;
    const [out] = last;
    const [inner] = shapeOf(`layer${stage}.0.conv1`) ?? [];
    if (bottleneck && inner !== out / 4) throw otherwise(where, 'bottlenecks of a quarter of the channels', inner);
    sizes.push(out);
    let depth = 1;
    while (shapeOf(`layer${stage}.${depth}.conv1`) !== undefined) depth++;
    depths.push(depth);
  }
  const {epsilon} = encoder.getLayer('bn1').getConfig();
  if (epsilon !== 1e-5) throw otherwise(where, 'BatchNorm with an epsilon of 1e-5', epsilon);
  const strided = encoder.layers.find(({name}) => name === 'layer2.0.conv1')?.getConfig().strides;
  return {
    architectures: ['ResNetModel'],
    model_type: 'resnet',
    num_channels: channels,
    embedding_size: width,
    hidden_sizes: sizes,
    depths,
    layer_type: bottleneck ? 'bottleneck' : 'basic',
    hidden_act: 'relu',
    downsample_in_first_stage: false,
    downsample_in_bottleneck: bottleneck && first(strided) === 2,
    torch_dtype: 'float32',
  };
}

/** Sides from which transformers' ConvNextImageProcessor does not crop. */
const NO_CROP = 384;

const resampling = {bilinear: 2, bicubic: 3} as const;

/** `preprocessor_config.json` of transformers for a preparation; undefined where it has no size. */
export function preprocessorConfig({
  size,
  crop = usualCrop(size ?? 0),
  interpolation = 'bicubic',
  normalization,
}: Preparation): object | undefined {
  if (size === undefined) return undefined;
  const cropped = size < NO_CROP ? {size: {shortest_edge: size}, crop_pct: crop} : undefined;
  const centered = {
    size: {shortest_edge: Math.round(size / crop)},
    do_center_crop: true,
    crop_size: {height: size, width: size},
  };
  return {
    image_processor_type: cropped ? 'ConvNextImageProcessor' : 'CLIPImageProcessor',
    do_resize: true,
    ...(cropped ?? centered),
    resample: resampling[interpolation],
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: normalization !== undefined,
    ...(normalization && {image_mean: normalization.mean, image_std: normalization.std}),
  };
}

/** The shape of a tensor to be written. */
export const shapesIn =
  (tensors: ReadonlyMap<string, TensorToWrite>, nameOf: (layer: string) => string) =>
  (layer: string): readonly number[] | undefined =>
    tensors.get(`${nameOf(layer)}.weight`)?.shape;
