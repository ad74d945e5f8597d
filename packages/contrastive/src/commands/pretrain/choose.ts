import {linearScaling} from '@contrastive/optim';
import type {Survey} from '../../data/survey.js';
import {isNamed} from '../../encoder/networks.js';
import {count, counted} from '../../output/words.js';
import {UsageError} from '../../program/usage-error.js';
import type {Choice, Configuration, Told} from './configuration.js';

/** What defaults follow. */
export interface Facts {
  /** What the images are like. */
  readonly images: Survey;
  /** What their files are opened as, whatever they are: data sets are grey or RGB. */
  readonly fixedChannels?: 1 | 3;
  /** Where it is computed. */
  readonly device: 'cpu' | 'gpu';
  /** How images of weights from a file are prepared. */
  readonly preparation?: {readonly size?: number; readonly channels: 1 | 3};
  /** How many processes share each batch; 1 by default. */
  readonly ranks?: number;
}

/** Fewer images than this leave nothing to tell an image from. */
export const FEWEST = 8;

/** Sizes of views that networks like: multiples of 32. */
const SIZES = [224, 192, 160, 128, 96, 64, 32];

/** Groups of a batch whose statistics MoCo keeps apart. */
export const SPLITS = 4;

/** Makes a run's configuration of what was told; each default that is chosen is told with its reason. */
export function choose(
  told: Told & {readonly data: string},
  facts: Facts,
): {readonly configuration: Configuration; readonly choices: readonly Choice[]} {
  const choices: Choice[] = [];
  const pick = <T>(setting: keyof Told, value: T, because: string): T => {
    const given = told[setting] as T | undefined; // of the same key
    if (given !== undefined) return given;
    choices.push({setting, value, because});
    return value;
  };
  const {
    images: {length},
    device,
    ranks = 1,
  } = facts;
  const onGpu = device === 'gpu';
  const method = pick<Configuration['method']>('method', 'simclr', 'the method with the fewest settings');
  const moco = method !== 'simclr';

  const [size, whySize] = sizeFor(facts);
  const side = pick('size', size, whySize);
  const [channels, whyChannels] = channelsFor(facts);
  const asked = pick('channels', channels, whyChannels);
  const small = side <= 32;
  const [name, whyName] = encoderFor(onGpu, small, length ?? Infinity);
  const encoder = pick('encoder', name, whyName);
  const ofFile = !isNamed(encoder);
  const [width, whyWidth] =
    small && !onGpu
      ? ([16, 'a quarter of the usual, for minutes instead of hours'] as const)
      : ([64, "ResNet's own"] as const);

  const most = onGpu ? 256 : small ? 128 : 64;
  const fits = Math.min(most, length ?? most);
  const [batch, whyBatch] = [
    divided(fits, moco ? leastCommon(SPLITS, ranks) : ranks),
    fits < most ? 'all the images there are' : `what suits a ${device.toUpperCase()}`,
  ];
  const perStep = pick('batch', batch, whyBatch);
  if (length !== undefined && perStep > length) {
    throw new UsageError(
      `contrastive pretrain: expected at most the ${counted(length, 'image')} of DATA as --batch, got ${perStep}; ` +
        'give fewer.',
    );
  }
  if (perStep % ranks !== 0) {
    throw new UsageError(
      `contrastive pretrain: expected a --batch that the ${ranks} ranks divide, because it is of all of them, got ` +
        `${perStep}; give ${divided(perStep, ranks)}.`,
    );
  }
  const perEpoch = Math.max(1, Math.floor((length ?? Infinity) / perStep));
  const goal = onGpu ? 20_000 : 1_000;
  const long = Math.min(400, Math.max(1, Math.ceil(goal / perEpoch)));
  const duration =
    told.steps !== undefined
      ? {steps: told.steps}
      : length === undefined && told.epochs === undefined
        ? {steps: pick('steps', goal, 'the number of images in shards is unknown')}
        : {epochs: pick('epochs', long, `about ${count(long * perEpoch)} steps of ${perStep} images`)};

  const [rate, decay] = moco ? [small ? 0.12 : 0.06, 1e-4] : [0.12, small ? 5e-4 : 1e-4];
  const configuration: Configuration = {
    data: told.data,
    method,
    encoder,
    ...(!ofFile && {width: pick('width', width, whyWidth)}),
    size: side,
    channels: asked,
    ...duration,
    batch: perStep,
    ...(told.microBatch !== undefined && {microBatch: told.microBatch}),
    learningRate: pick(
      'learningRate',
      Number((small ? rate : linearScaling(onGpu ? 0.12 : rate * 2, perStep)).toPrecision(3)),
      small ? 'what suits small images and short runs' : `in proportion to the batch of ${perStep}`,
    ),
    weightDecay: pick('weightDecay', decay, decay === 1e-4 ? "as in MoCo's paper" : 'what is usual for small images'),
    temperature: pick(
      'temperature',
      0.2,
      `the authors' advice for batches of hundreds${perStep < 100 ? `, kept for ${perStep} images` : ''}`,
    ),
    projection: pick('projection', 128, 'as in the papers'),
    ...(moco && {
      queue: pick(
        'queue',
        queueFor(length, perStep),
        'at most a quarter of the images, or they meet their own old keys',
      ),
      keyMomentum: pick(
        'keyMomentum',
        onGpu ? 0.999 : 0.99,
        onGpu ? 'as in the paper' : "the paper's 0.999 is for long runs: in a short one keys would lag",
      ),
    }),
    minArea: pick(
      'minArea',
      small || moco ? 0.2 : 0.08,
      small ? 'less of a small image is only texture' : 'as in the papers',
    ),
    seed: told.seed ?? 1,
    saveEvery: told.saveEvery ?? Math.max(10, Math.min(500, perEpoch)),
  };
  return {configuration, choices};
}

/** The most up to a number that another divides, and that at least. */
const divided = (most: number, by: number): number => Math.max(by, most - (most % by));

/** The least number that both divide. */
function leastCommon(one: number, other: number): number {
  let found = one;
  while (found % other !== 0) found += one;
  return found;
}

/** The size of views, and why. */
function sizeFor({images: {side}, device, preparation}: Facts): readonly [number, string] {
  if (preparation?.size !== undefined) return [preparation.size, 'what the weights were trained on'];
  const limit = device === 'gpu' ? 224 : 64;
  if (side < 32) return [side, 'the size of the images'];
  const fit = SIZES.find(one => one <= Math.min(side, limit)) ?? 32;
  if (side <= limit) return [fit, `half of the images measure ${side} pixels or less`];
  return [
    fit,
    device === 'gpu' ? `half of the images measure ${side} pixels or more` : '224 takes twelve times as long',
  ];
}

/** The channels of the images, and why. */
function channelsFor({images: {grey, seen}, fixedChannels, preparation}: Facts): readonly [1 | 3, string] {
  if (preparation) return [preparation.channels, 'what the weights were trained on'];
  if (fixedChannels !== undefined) return [fixedChannels, 'those of the data set'];
  return grey ? [1, `all of ${counted(seen, 'image')} that were looked at are grey`] : [3, 'the images have colours'];
}

function encoderFor(onGpu: boolean, small: boolean, length: number): readonly [string, string] {
  if (!onGpu)
    return small
      ? ['resnet10', 'enough for small images on a CPU']
      : ['resnet18', 'the smallest that suits photographs'];
  return length >= 10_000 ? ['resnet50', "the papers' encoder, on a GPU"] : ['resnet18', 'enough for few images'];
}

const queueFor = (length = Infinity, batch: number): number => {
  const quarter = Math.min(4096, Math.floor(length / 4));
  return Math.max(batch, quarter - (quarter % batch));
};
