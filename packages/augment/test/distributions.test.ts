import {describe, expect, test} from 'vitest';
import {
  colorJitter,
  createRandom,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  mocoV1Augment,
  mocoV2Augment,
  randomResizedCrop,
  simclrAugment,
  solarize,
  type Augment,
  type ColorJitterParams,
  type Crop,
  type Operation,
} from '../src/index.js';
import {tensorflow, values} from './golden.js';
import {
  binomialDeviations,
  CHI_SQUARED_LIMIT,
  chiSquared,
  correlation,
  correlationDeviations,
  DEVIATIONS,
  kolmogorovSmirnov,
  KS_LIMIT,
  shares,
  twoSampleLimit,
  uniformLaw,
} from './statistics.js';

const DRAWS = 20_000;
/** What torchvision's distributions in golden/augment.json are made of. */
const TORCHVISION_DRAWS = 100_000;
/** Golden shares are rounded to 4 decimals or 5. */
const SHARE_ROUNDING = 1e-4;
/**
 * Of TensorFlow's correlation of height and width: four times √(1/20,000 + 1/200,000) · (1 − 0.84²), as heights are not
 * normal.
 */
const CORRELATION_TOLERANCE = 0.01;

function draws<P>(
  {sample}: Pick<Operation<P>, 'sample'>,
  [height, width]: readonly [number, number] = [8, 8],
  seed = 11,
): P[] {
  return Array.from({length: DRAWS}, (_, i) => sample(height, width, createRandom(seed, i)));
}

describe('crops as torchvision', () => {
  const AREA = [0.2, 0.5] as const;
  const ASPECT = [3 / 4, 4 / 3] as const;
  const SIDE = 4000; // so many pixels that rounding does not matter; half the area at 4/3 fits, so no draw is rejected
  const crops = draws(randomResizedCrop({size: 8, area: AREA, aspect: ASPECT, flip: 0.5}), [SIDE, SIDE]);
  const part = {
    area: crops.map(({height, width}) => (height * width) / SIDE ** 2),
    aspect: crops.map(({height, width}) => Math.log(width / height)),
    top: crops.map(({top, height}) => (top + 0.5) / (SIDE - height + 1)),
    left: crops.map(({left, width}) => (left + 0.5) / (SIDE - width + 1)),
  };

  test('have a uniform area, a log-uniform aspect ratio and a uniform position', () => {
    expect(kolmogorovSmirnov(part.area, uniformLaw(...AREA))).toBeLessThan(KS_LIMIT);
    expect(kolmogorovSmirnov(part.aspect, uniformLaw(Math.log(ASPECT[0]), Math.log(ASPECT[1])))).toBeLessThan(KS_LIMIT);
    expect(kolmogorovSmirnov(part.top, uniformLaw(0, 1))).toBeLessThan(KS_LIMIT);
    expect(kolmogorovSmirnov(part.left, uniformLaw(0, 1))).toBeLessThan(KS_LIMIT);
  });

  test('have all these independent of each other, and of the flip', () => {
    const independent = [...Object.values(part), crops.map(({flipped}) => Number(flipped))];
    for (const [i, first] of independent.entries()) {
      for (const second of independent.slice(0, i))
        expect(correlationDeviations(first, second)).toBeLessThan(DEVIATIONS);
    }
    expect(
      binomialDeviations(
        crops.map(({flipped}) => flipped),
        0.5,
      ),
    ).toBeLessThan(DEVIATIONS);
  });

  test('reach both ends of the image', () => {
    const small = draws(randomResizedCrop({size: 8, area: [0.3, 0.5]}), [6, 6]);
    expect(small.some(({top}) => top === 0)).toBe(true);
    expect(small.some(({top, height}) => top + height === 6)).toBe(true);
    expect(small.some(({left, width}) => left + width === 6)).toBe(true);
  });

  test.each(values.cropDistributions)(
    'are distributed as its own, of $size with rounding and rejection',
    ({size, area, aspect, ...expected}) => {
      const some = draws(randomResizedCrop({size: 8, area, aspect}), size);
      for (const side of ['top', 'left', 'height', 'width'] as const) {
        const share = shares(
          some.map(crop => crop[side]),
          expected[side].map((_, most) => most),
        );
        expect(share, side).toBeAllclose(expected[side], {
          atol: twoSampleLimit(DRAWS, TORCHVISION_DRAWS) + SHARE_ROUNDING,
          rtol: 0,
        });
      }
      expect(some.every(crop => inside(crop, size))).toBe(true);
    },
  );
});

describe("crops as SimCLR's code, by TensorFlow", () => {
  const tolerance = {atol: twoSampleLimit(DRAWS, tensorflow.draws) + SHARE_ROUNDING, rtol: 0};

  test.each(tensorflow.crops)(
    'are distributed as its own, of $size',
    ({size, correlation: expectedCorrelation, ...expected}) => {
      const crops = draws(randomResizedCrop({size: 224, distribution: 'simclr'}), size);
      const drawn = {...columns(crops), area: crops.map(({height, width}) => height * width)};
      for (const side of ['height', 'width', 'area', 'top', 'left'] as const) {
        expect(shares(drawn[side], expected[side].at), side).toBeAllclose(expected[side].share, tolerance);
      }
      expect(correlation(drawn.height, drawn.width)).toBeAllclose(expectedCorrelation, {
        atol: CORRELATION_TOLERANCE,
        rtol: 0,
      });
    },
  );

  test.each(tensorflow.crops)('lie within images of $size and cover a tenth', ({size}) => {
    const crops = draws(randomResizedCrop({size: 224, distribution: 'simclr'}), size);
    expect(crops.every(crop => inside(crop, size) && crop.height * crop.width >= 0.1 * size[0] * size[1])).toBe(true);
  });
});

describe('colour jitter', () => {
  const strengths = {brightness: 0.4, contrast: 0.8, saturation: 0.6, hue: 0.1};
  const factors = {contrast: [0.2, 1.8], saturation: [0.4, 1.6], hue: [-0.1, 0.1]} as const;

  test.each([
    ['torchvision', [0.6, 1.4]],
    ['simclr-v1', [-0.4, 0.4]],
    ['simclr-v2', [0.6, 1.4]],
  ] as const)('of the form %s draws from its ranges', (form, brightness) => {
    const params = draws(colorJitter({...strengths, form}));
    for (const [change, range] of Object.entries({brightness, ...factors}) as [
      'brightness' | keyof typeof factors,
      readonly [number, number],
    ][]) {
      expect(
        kolmogorovSmirnov(
          params.map(entry => entry[change]),
          uniformLaw(...range),
        ),
        change,
      ).toBeLessThan(KS_LIMIT);
    }
    expect(
      correlationDeviations(
        params.map(entry => entry.brightness),
        params.map(entry => entry.contrast),
      ),
    ).toBeLessThan(DEVIATIONS);
    expect(
      correlationDeviations(
        params.map(entry => entry.saturation),
        params.map(entry => entry.hue),
      ),
    ).toBeLessThan(DEVIATIONS);
  });

  test.each(['torchvision', 'simclr-v2'] as const)('of the form %s has no factor below 0', form => {
    const params = draws(colorJitter({brightness: 1.5, form}));
    expect(
      kolmogorovSmirnov(
        params.map(({brightness}) => brightness),
        uniformLaw(0, 2.5),
      ),
    ).toBeLessThan(KS_LIMIT);
  });

  test('has the 24 orders equally often, whatever it draws besides', () => {
    const params = draws(colorJitter({...strengths, probability: 1}));
    const orders = new Map<string, number>();
    for (const {order} of params) orders.set(order.join(), (orders.get(order.join()) ?? 0) + 1);
    expect(orders.size).toBe(24);
    expect(chiSquared([...orders.values()])).toBeLessThan(CHI_SQUARED_LIMIT[23]);
    expect(
      correlationDeviations(
        params.map(({order}) => order.indexOf('hue')),
        params.map(({hue}) => hue),
      ),
    ).toBeLessThan(DEVIATIONS);
  });
});

test('standard deviations of the blur are uniform', () => {
  const sigmas = draws(gaussianBlur({probability: 0.5, sigma: [0.1, 2]}));
  expect(
    kolmogorovSmirnov(
      sigmas.filter(sigma => sigma > 0),
      uniformLaw(0.1, 2),
    ),
  ).toBeLessThan(KS_LIMIT);
});

test.each([0.2, 0.5, 0.8])('operations happen in %d of the images', probability => {
  const happened = {
    colorJitter: draws(colorJitter({brightness: 0.4, probability})).map(({order}) => order.length > 0),
    grayscale: draws(grayscale({probability})),
    flip: draws(horizontalFlip({probability})),
    gaussianBlur: draws(gaussianBlur({probability})).map(sigma => sigma > 0),
    solarize: draws(solarize({probability})),
    flippedCrop: draws(randomResizedCrop({size: 8, flip: probability})).map(({flipped}) => flipped),
  };
  for (const [operation, chosen] of Object.entries(happened))
    expect(binomialDeviations(chosen, probability), operation).toBeLessThan(DEVIATIONS);
});

/** What a view of one of the policies may have. */
interface PolicyParams {
  readonly crop: Crop;
  readonly colorJitter: ColorJitterParams;
  readonly grayscale: boolean;
  readonly gaussianBlur?: number;
  readonly flip?: boolean;
}

const policies: [name: string, augment: Augment, probabilities: {jitter: number; blur?: number}][] = [
  ['SimCLR', simclrAugment({size: 96}), {jitter: 0.8, blur: 0.5}],
  ['SimCLR of small images', simclrAugment({size: 32}), {jitter: 0.8}],
  ['MoCo v1', mocoV1Augment({size: 96}), {jitter: 1}],
  ['MoCo v2', mocoV2Augment({size: 96}), {jitter: 0.8, blur: 0.5}],
];

test.each(policies)(
  '%s does each of its steps as often as published, independently of the others',
  (_name, augment, {jitter, blur}) => {
    const params = draws(augment, [120, 100]) as unknown[] as PolicyParams[]; // by the policy's own operations
    const steps = {
      grayscale: [params.map(({grayscale: grey}) => grey), 0.2],
      flip: [params.map(({crop, flip}) => flip ?? crop.flipped), 0.5],
      ...(blur !== undefined && {blur: [params.map(({gaussianBlur: sigma = 0}) => sigma > 0), blur]}),
      ...(jitter < 1 && {jitter: [params.map(({colorJitter: {order}}) => order.length > 0), jitter]}),
    } as Record<string, [boolean[], number]>;
    if (jitter === 1) expect(params.every(({colorJitter: {order}}) => order.length === 4)).toBe(true);
    expect(params.some(({gaussianBlur: sigma = 0}) => sigma > 0)).toBe(blur !== undefined);
    const happened = Object.values(steps);
    for (const [i, [chosen, probability]] of happened.entries()) {
      expect(binomialDeviations(chosen, probability), Object.keys(steps)[i]).toBeLessThan(DEVIATIONS);
      for (const [others] of happened.slice(0, i))
        expect(correlationDeviations(chosen.map(Number), others.map(Number))).toBeLessThan(DEVIATIONS);
    }
  },
);

function inside({top, left, height, width}: Crop, [h, w]: readonly [number, number]): boolean {
  return top >= 0 && left >= 0 && height > 0 && width > 0 && top + height <= h && left + width <= w;
}

function columns(crops: readonly Crop[]): Record<'top' | 'left' | 'height' | 'width', number[]> {
  const column = (side: 'top' | 'left' | 'height' | 'width') => crops.map(crop => crop[side]);
  return {top: column('top'), left: column('left'), height: column('height'), width: column('width')};
}
