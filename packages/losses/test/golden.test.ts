import {golden} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {barlowTwins, decoupled, infoNCE, negativeCosine, ntXent, supCon} from '../src/index.js';
import {evaluate, gradients, largest, unit, type AnyLoss, type Batch} from './evaluate.js';
import {softmaxes, useSoftmax} from './without-kernel.js';

interface Case extends Batch {
  readonly name: string;
  readonly temperature?: number;
  readonly sigma?: number;
  readonly lambda?: number;
  readonly loss: number;
  readonly grad1: number[][];
  readonly grad2: number[][];
}
type Name = 'ntXent' | 'infoNCE' | 'decoupled' | 'supCon' | 'negativeCosine' | 'barlowTwins';
interface Golden extends Record<Name, Case[]> {
  readonly published: Record<string, number>;
  readonly publishedGradients: Record<string, number[][]>;
}
const expected = golden(import.meta.url, 'losses') as Golden;

/**
 * Golden values are in float64, ours in float32: similarities are rounded to some 1e-7, then divided by the
 * temperature.
 */
const rounding = ({temperature = 1}: Case): number => 1e-6 / Math.min(temperature, 0.1);

/** A gradient's numbers are sums of terms of the size of the largest, and round as they do. */
const scale = ({grad1, grad2}: Case): number => largest([...grad1, ...grad2].flat());

const views: Batch = {
  z1: Array.from({length: 4}, (_, i) => Array.from({length: 3}, (_, j) => Math.sin(0.1 + 0.7 * i + 0.3 * j))),
  z2: Array.from({length: 4}, (_, i) => Array.from({length: 3}, (_, j) => Math.sin(0.25 + 0.7 * i + 0.35 * j))),
  negatives: unit(
    Array.from({length: 6}, (_, i) => Array.from({length: 3}, (_, j) => Math.sin(1.3 + 1.1 * i + 0.9 * j))),
  ),
};
const viewsOnly: Batch = {z1: views.z1, z2: views.z2};

describe.each([undefined, 3])('published values, block size %s', blockSize => {
  test.each(Object.keys(expected.published))('%s', key => {
    const temperature = Number(key.split('_t')[1]);
    const makers: Record<string, () => number> = {
      ntxent: () => evaluate(ntXent({temperature, blockSize}), viewsOnly),
      dcl: () => evaluate(decoupled({temperature}), viewsOnly),
      infonce: () => evaluate(infoNCE({temperature, blockSize}), views),
    };
    expect(makers[key.split('_')[0]]()).toBeAllclose(expected.published[key], {rtol: 1e-5});
  });

  test('gradients by view one', () => {
    const {'grad_ntxent_t0.5_dA': byNTXent, 'grad_infonce_t0.2_dq': byInfoNCE} = expected.publishedGradients;
    expect(gradients(ntXent({temperature: 0.5, blockSize}), viewsOnly)[0]).toBeAllclose(byNTXent, {atol: 1e-6});
    expect(gradients(infoNCE({temperature: 0.2, blockSize}), views)[0]).toBeAllclose(byInfoNCE, {atol: 1e-6});
  });
});

const losses: Record<string, [name: Name, make: (options: Case) => AnyLoss]> = {
  'ntXent in blocks of 3': ['ntXent', ({temperature}) => ntXent({temperature, blockSize: 3})],
  'infoNCE in blocks of 3': ['infoNCE', ({temperature}) => infoNCE({temperature, blockSize: 3})],
  decoupled: [
    'decoupled',
    ({temperature, sigma}) => decoupled({temperature, ...(sigma !== undefined && {weighting: {sigma}})}),
  ],
  supCon: ['supCon', ({temperature}) => supCon({temperature})],
  negativeCosine: ['negativeCosine', () => negativeCosine()],
  barlowTwins: ['barlowTwins', ({lambda}) => barlowTwins({lambda})],
};

/** Holds a loss to the golden values of its name. */
function equalsPyTorch(name: Name, make: (options: Case) => AnyLoss): void {
  test.each(expected[name])('$name', given => {
    const {z1, z2, negatives, labels} = given;
    const batch = {z1, z2, ...(negatives && {negatives}), ...(labels && {labels})};
    const loss = make(given);
    expect(evaluate(loss, batch)).toBeAllclose(given.loss, {rtol: 1e-5, atol: rounding(given)});
    const slopes = {rtol: 1e-5, atol: rounding(given) * scale(given)};
    const [by1, by2] = gradients(loss, batch);
    expect(by1).toBeAllclose(given.grad1, slopes);
    expect(by2).toBeAllclose(given.grad2, slopes);
  });
}

describe.each(Object.entries(losses))('%s equals PyTorch', (_, [name, make]) => {
  equalsPyTorch(name, make);
});

describe.each(softmaxes)('with the softmax %s', how => {
  useSoftmax(how);
  describe('ntXent equals PyTorch', () => {
    equalsPyTorch('ntXent', ({temperature}) => ntXent({temperature}));
  });
  describe('infoNCE equals PyTorch', () => {
    equalsPyTorch('infoNCE', ({temperature}) => infoNCE({temperature}));
  });
});
