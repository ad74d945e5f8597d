import {checkValue, choice, kind, show, type Rule} from '@contrastive/internal';
import type {Preparation} from '@contrastive/augment';
import type {Family} from './families.js';

/** What files beside the weights say of an encoder. */
export interface Said {
  readonly family?: Family;
  readonly bottleneckStride?: '1x1' | '3x3';
  readonly preparation?: Preparation;
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const otherwise = (where: string, expected: string, value: unknown): Error =>
  new Error(`${where}: expected ${expected}, got ${show(value)}; this network cannot be built by resnet.`);

/** Networks of timm whose tensors are those of a plain ResNet, and their calculation too. */
const PLAIN = /^(tv_|gluon_|ssl_|swsl_|wide_)*resnet(10|14|18|26|34|50|101|152|200)(_2|_v1b)?$/;

/** What `config.json` of transformers or timm says; nothing where it is neither's. */
export function fromConfig(where: string, config: object | undefined): Said {
  if (!isRecord(config)) return {};
  if (config.model_type === 'resnet') return fromTransformers(where, config);
  return typeof config.architecture === 'string' ? fromTimm(where, config, config.architecture) : {};
}

function fromTransformers(where: string, config: Json): Said {
  const {hidden_act: act = 'relu', downsample_in_first_stage: early, downsample_in_bottleneck: first} = config;
  if (act !== 'relu') throw otherwise(where, "'relu' as hidden_act of config.json", act);
  if (early === true)
    throw otherwise(where, 'a first stage of the full size (config.json)', 'downsample_in_first_stage');
  return {family: 'huggingface', bottleneckStride: first === true ? '1x1' : '3x3'};
}

function fromTimm(where: string, config: Json, architecture: string): Said {
  if (!PLAIN.test(architecture.split('.')[0]))
    throw otherwise(where, 'a plain ResNet as architecture of config.json', architecture);
  const given = isRecord(config.pretrained_cfg) ? config.pretrained_cfg : config;
  const {input_size: size, crop_pct: crop, interpolation, mean, std} = given;
  if (size === undefined) return {family: 'timm', bottleneckStride: '3x3'};
  const [channels, height, width] = Array.isArray(size) ? (size as unknown[]) : [];
  if (height !== width) throw otherwise(where, 'square images as input_size of config.json', size);
  const preparation = checked(where, 'config.json', {channels, size: height, crop, interpolation, mean, std});
  return {family: 'timm', bottleneckStride: '3x3', preparation};
}

/** Numbers that Pillow gives its filters. */
const filters: Readonly<Partial<Record<number, string>>> = {2: 'bilinear', 3: 'bicubic'};

/** Sides from which transformers' processor resizes without cropping, whatever the shape. */
const NO_CROP = 384;

/**
 * How `preprocessor_config.json` of transformers prepares images; undefined where there is none.
 *
 * @throws Error for one that does otherwise than a {@link Preparation} can.
 */
export function fromPreprocessor(where: string, config: object | undefined, channels: 1 | 3): Preparation | undefined {
  if (!isRecord(config)) return undefined;
  const {do_rescale: rescale = true, rescale_factor: factor = 1 / 255, do_normalize: normalize = true} = config;
  const side = sideOf(config.size);
  const cropped = config.do_center_crop === true ? sideOf(config.crop_size) : undefined;
  const unit = rescale === true && typeof factor === 'number' && Math.abs(factor * 255 - 1) < 1e-6;
  const fits = side !== undefined && (cropped === undefined ? side < NO_CROP : cropped <= side);
  if (!unit || !fits || config.do_resize === false) {
    throw new Error(
      `${where}: expected images of [0, 1] that are resized and cropped to a square in preprocessor_config.json, got ` +
        `${show(config)}; give preparation.`,
    );
  }
  return checked(where, 'preprocessor_config.json', {
    channels,
    size: cropped ?? side,
    crop: cropped === undefined ? (config.crop_pct ?? 0.875) : cropped / side,
    interpolation: filters[Number(config.resample ?? 2)] ?? config.resample,
    ...(normalize === true && {mean: config.image_mean, std: config.image_std}),
  });
}

/** A side in pixels, from a number or `{shortest_edge}` or a square's `{height, width}`. */
function sideOf(size: unknown): number | undefined {
  if (typeof size === 'number') return size;
  const {shortest_edge: edge, height, width} = isRecord(size) ? size : {};
  if (typeof edge === 'number') return edge;
  return typeof height === 'number' && height === width ? height : undefined;
}

const threeRule: Rule = kind('a list of numbers', value => Array.isArray(value) && value.every(Number.isFinite));
const numberRule: Rule = kind('a number', Number.isFinite);

/** A preparation from values of a file. */
function checked(
  where: string,
  file: string,
  {channels, size, crop, interpolation, mean, std}: Readonly<Record<string, unknown>>,
): Preparation {
  const values: readonly [string, unknown, Rule][] = [
    ['channels', channels, numberRule],
    ['size', size, numberRule],
    ['crop', crop, numberRule],
    ['interpolation', interpolation, choice('bilinear', 'bicubic')],
  ];
  for (const [name, value, rule] of values) checkValue(where, `${name} of ${file}`, value, rule);
  if (mean !== undefined || std !== undefined) {
    checkValue(where, `mean of ${file}`, mean, threeRule);
    checkValue(where, `std of ${file}`, std, threeRule);
  }
  return {
    channels: channels as Preparation['channels'],
    size: size as number,
    crop: crop as number,
    interpolation: interpolation as Preparation['interpolation'],
    ...(mean !== undefined && {normalization: {mean: mean as number[], std: std as number[]}}),
  };
}
