import {show} from '@contrastive/internal';
import type {ResNetOptions} from '@contrastive/resnet';
import {nameIn, type Found} from './layouts.js';
import type {TensorFile} from './tensor-file.js';

/** What the shapes of a ResNet's tensors say of it. */
export interface Architecture {
  readonly depths: readonly number[];
  readonly block: 'basic' | 'bottleneck';
  readonly width: number;
  /** Of bottlenecks only. */
  readonly innerWidth?: number;
  readonly stem: NonNullable<ResNetOptions['stem']>;
  readonly channels: 1 | 3;
}

const unlike = (where: string, expected: string, got: string): Error =>
  new Error(`${where}: expected ${expected}, got ${got}; this network cannot be built by resnet.`);

/** The stem's side, and what it is called. */
const stems: Readonly<Partial<Record<number, Architecture['stem']>>> = {3: 'cifar', 7: 'imagenet'};

/**
 * The architecture of an encoder in a file.
 *
 * @throws Error for one that `resnet` cannot be, by name.
 */
export function architectureOf(where: string, file: TensorFile, found: Found): Architecture {
  const shapeOf = (layer: string): readonly number[] | undefined =>
    file.tensors.get(nameIn(found, layer, 'weight'))?.shape;
  const [width = 0, channels = 0, side = 0, across = 0] = shapeOf('conv1') ?? [];
  const stem = side === across ? stems[side] : undefined;
  const stemName = show(nameIn(found, 'conv1', 'weight'));
  if (stem === undefined) throw unlike(where, `a stem of 7×7 or 3×3 as ${stemName}`, `${side}×${across}`);
  if (channels !== 1 && channels !== 3) throw unlike(where, `1 or 3 channels of ${stemName}`, `${channels}`);
  const depths = countBlocks(shapeOf);
  const [inner = 0] = shapeOf('layer1.0.conv1') ?? [];
  if (shapeOf('layer1.0.conv3') === undefined) return {depths, block: 'basic', width, stem, channels};
  const [outer = 0, group = 0] = shapeOf('layer1.0.conv2') ?? [];
  if (outer !== group) {
    const groups = `${outer / group} groups of ${group} channels, as of a ResNeXt, as`;
    const name = show(nameIn(found, 'layer1.0.conv2', 'weight'));
    throw unlike(where, 'convolutions of all channels', `${groups} ${name}`);
  }
  return {depths, block: 'bottleneck', width, innerWidth: inner, stem, channels};
}

/** How many blocks each stage has. */
function countBlocks(shapeOf: (layer: string) => unknown): number[] {
  const depths: number[] = [];
  for (let stage = 1; shapeOf(`layer${stage}.0.conv1`) !== undefined; stage++) {
    let depth = 1;
    while (shapeOf(`layer${stage}.${depth}.conv1`) !== undefined) depth++;
    depths.push(depth);
  }
  return depths;
}

/** Names in files of networks that are no plain ResNets, and what they are; of some besides another name. */
const others: readonly [name: RegExp, what: string, besides?: RegExp][] = [
  [
    /(^|\.)conv1\.0\.weight$/,
    "a deep stem of three convolutions (timm's resnet…d, …t, …s and ResNeSt)",
    /(^|\.)layer1\.0\./,
  ],
  [/(^|\.)net\.1\.blocks\.0\.net\.2\.main_conv\./, "selective kernels (SimCLRv2's sk1)"],
  [/(^|\.)patch_embed\.|(^|\.)vit\.|(^|\.)cls_token$/, 'a vision transformer'],
  [/(^|\.)dwconv\.|(^|\.)downsample_layers\./, 'a ConvNeXt'],
  [/(^|\.)_feature_blocks\./, "a network in VISSL's layout"],
  [/(^|\.)features\.\d+\.\d*\.?.*weight$/, 'a network of features, as VGG, DenseNet or MobileNet'],
];

/** What the network is of a file in which there is no plain ResNet, where its names tell. */
export function describeOther({tensors}: TensorFile): string {
  const names = [...tensors.keys()];
  const known = others.find(([name, , besides = name]) => [name, besides].every(one => names.some(n => one.test(n))));
  if (known) return known[1];
  const some = names.slice(0, 5).map(name => show(name));
  return some.length === 0
    ? 'no tensor'
    : `${some.join(', ')}${names.length > 5 ? `, … (${names.length} in all)` : ''}`;
}
