import * as tf from '@tensorflow/tfjs-core';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {l2Normalize, ntXent, type LossInput} from '../src/index.js';
import {checkLoss, type CheckLossOptions} from '../src/testing.js';
import {forms} from './all-losses.js';
import type {AnyLoss} from './evaluate.js';

describe('losses of ours keep the contract', () => {
  test.each(forms)('$name', async ({make, traits}) => {
    for (const temperature of [0.01, 0.5]) await checkLoss(make(temperature), traits);
    await checkLoss(make(0.1), {...traits, n: 5, d: 3, seed: 7});
  });

  test('a plain function', async () => {
    const alignment = ({z1, z2}: LossInput): tf.Scalar =>
      tf.tidy(() => tf.mean(tf.squaredDifference(l2Normalize(z1), l2Normalize(z2))));
    await checkLoss(alignment, {viewSwapInvariant: true});
  });
});

const alignment = ({z1, z2}: LossInput): tf.Scalar => tf.mean(tf.squaredDifference(z1, z2));
const tidied =
  (loss: AnyLoss): AnyLoss =>
  input =>
    tf.tidy(() => loss(input));
let calls = 0;
const kept: tf.Tensor[] = [];
const keep = <T extends tf.Tensor>(x: T): T => {
  kept.push(tf.keep(x));
  return x;
};
const columns = (z: tf.Tensor2D): tf.Tensor2D => tf.sub<tf.Tensor2D>(z, tf.mean(z, 0, true));

interface Broken {
  readonly what: string;
  readonly rules: readonly string[];
  readonly loss: AnyLoss;
  readonly options?: CheckLossOptions;
  /** What the message must say. */
  readonly says: RegExp;
}

const broken: Broken[] = [
  {
    what: 'throws',
    rules: ['runs'],
    loss: () => {
      throw new Error('not today');
    },
    says: /threw “not today” on a batch/,
  },
  {
    what: 'needs negatives that the options do not name',
    rules: ['runs'],
    loss: ({z1, negatives}) => tf.mean(tf.matMul(z1, negatives, false, true)),
    says: /threw/,
  },
  {
    what: 'gives the loss of each row',
    rules: ['scalar'],
    loss: ({z1, z2}) => tf.tidy(() => tf.sum<tf.Scalar>(tf.squaredDifference(z1, z2), 1)),
    says: /got float32 \[8\]; take the mean/,
  },
  {
    what: 'gives an integer',
    rules: ['scalar'],
    loss: input => tf.tidy(() => tf.cast(alignment(input), 'int32')),
    says: /got int32 \[\]; .*cast/,
  },
  {
    what: 'gives a number',
    rules: ['scalar'],
    loss: input => tf.tidy(() => alignment(input).dataSync()[0]) as never,
    says: /got number; return the tensor/,
  },
  {
    what: 'is asynchronous',
    rules: ['scalar'],
    loss: input => Promise.resolve(tidied(alignment)(input)) as never,
    says: /got a Promise;/,
  },
  {
    what: 'gives the same tensor each time',
    rules: ['owned-result'],
    loss: () => kept.at(0) as tf.Scalar,
    says: /return a new one from each call/,
  },
  {
    what: 'draws at random',
    rules: ['repeatable', 'permutation'],
    loss: tidied(input => tf.add(alignment(input), tf.randomNormal([]))),
    says: /gave \S+, then \S+ for the same batch; draw nothing/,
  },
  {
    what: 'counts its calls',
    rules: ['repeatable', 'permutation'],
    loss: tidied(input => tf.add(alignment(input), calls++)),
    says: /keep no state/,
  },
  {
    what: 'disposes its input',
    rules: ['input-alive'],
    loss: input => {
      const value = tidied(alignment)(input);
      if (!(input.z2 instanceof tf.Variable) && calls++ % 2 === 1) input.z2.dispose();
      return value;
    },
    says: /disposed z2, which is the caller's/,
  },
  {
    what: 'writes to its input',
    rules: ['input-unchanged'],
    loss: tidied(input => {
      const value = alignment(input);
      if (input.z1 instanceof tf.Variable && tf.engine().state.gradientDepth === 0)
        input.z1.assign(tf.zerosLike(input.z1));
      return value;
    }),
    says: /changed the numbers of z1;/,
  },
  {
    what: 'leaves what it computes on the way',
    rules: ['no-leak'],
    loss: alignment,
    says: /left 1 tensor behind besides its result; wrap its body in tf\.tidy/,
  },
  {
    what: 'keeps a tensor on a tape',
    rules: ['no-leak'],
    loss: tidied(input => {
      const value = alignment(input);
      if (tf.engine().state.gradientDepth > 0) keep(tf.scalar(1));
      return value;
    }),
    says: /left 1 tensor behind on a gradient tape; keep none/,
  },
  {
    what: 'divides by the norm',
    rules: ['finite'],
    loss: tidied(({z1, z2}) => tf.mean(tf.squaredDifference(tf.div(z1, tf.norm(z1, 2, 1, true)), z2))),
    says: /gave NaN for a batch of every other row zeros/,
  },
  {
    what: 'has a root of 0 in its gradient',
    rules: ['finite'],
    loss: tidied(({z1, z2}) => tf.mean(tf.sqrt(tf.sum(tf.squaredDifference(z1, z2), 1)))),
    says: /gradient \S+ by z1 for a batch of/,
  },
  {
    what: 'divides by the variance of the batch',
    rules: ['finite'],
    loss: tidied(({z1, z2}) => tf.div(tf.mean(tf.mul(columns(z1), columns(z2))), tf.mean(tf.square(columns(z1))))),
    says: /NaN for a batch of/,
  },
  {
    what: 'does not depend on z1',
    rules: ['depends-on-z1'],
    loss: tidied(({z2}) => tf.mean(tf.square(z2))),
    says: /has no gradient by z1 for random rows/,
  },
  {
    what: 'has a gradient of zeros',
    rules: ['depends-on-z1'],
    loss: tidied(input => tf.mul(alignment(input), 0)),
    says: /has a gradient by z1 of zeros only/,
  },
  {
    what: 'weighs the first row more',
    rules: ['permutation'],
    loss: tidied(({z1, z2}) =>
      tf.mean(tf.mul(tf.squaredDifference(z1, z2), tf.expandDims(tf.range(0, z1.shape[0]), 1))),
    ),
    says: /with the images in another order; .*permutationInvariant: false/,
  },
  {
    what: 'compares neighbours in the batch',
    rules: ['permutation'],
    loss: tidied(({z1, z2}) => tf.mean(tf.mul(z1, tf.concat([tf.slice(z2, 1), tf.slice(z2, 0, 1)])))),
    says: /in another order/,
  },
  {
    what: 'tells the views apart, unlike claimed',
    rules: ['view-swap'],
    loss: tidied(({z1, z2}) => tf.mean(tf.squaredDifference(z1, tf.mul(z2, 2)))),
    options: {viewSwapInvariant: true},
    says: /with the views swapped; add both directions/,
  },
  {
    what: 'ignores the negatives',
    rules: ['uses-negatives'],
    loss: tidied(alignment),
    options: {negatives: true},
    says: /whatever the negatives;/,
  },
  {
    what: 'ignores the labels',
    rules: ['uses-labels'],
    loss: tidied(alignment),
    options: {labels: true},
    says: /whatever the labels;/,
  },
  {
    what: 'breaks two rules',
    rules: ['finite', 'permutation'],
    loss: tidied(({z1}) => tf.div(tf.sum(tf.slice(z1, 0, 1)), tf.sqrt(tf.sum(tf.square(tf.slice(z1, 0, 1)))))),
    says: /breaks 2 rules of it:\n- finite: [^\n]*\n- permutation: /,
  },
];

/** The rules that a loss breaks, as the message lists them, and the message. */
async function findings(loss: AnyLoss, options?: CheckLossOptions): Promise<[rules: string[], message: string]> {
  const error: unknown = await checkLoss(loss, options).catch((thrown: unknown) => thrown);
  const message = error instanceof Error ? error.message : 'nothing thrown';
  return [Array.from(message.matchAll(/^- ([\w-]+): /gm), ([, rule]) => rule), message];
}

describe('a loss that', () => {
  test.each(broken)('$what', async ({loss, options, rules, says}) => {
    keep(tf.scalar(1));
    calls = 0;
    const [found, message] = await findings(loss, options);
    expect(found).toEqual(rules);
    expect(message).toMatch(says);
    expect(message).toMatch(
      /^checkLoss: expected a loss that keeps the contract, got one that breaks (a rule|2 rules) of it:\n/,
    );
    tf.dispose(kept.splice(0));
  });
});

test('a claim that is not made is not held against a loss', async () => {
  const first = tidied(({z1, z2}) =>
    tf.mean(tf.mul(tf.squaredDifference(z1, tf.mul(z2, 2)), tf.expandDims(tf.range(0, z1.shape[0]), 1))),
  );
  await checkLoss(first, {permutationInvariant: false});
});

test('leaves no tensors behind, also where the loss does', async () => {
  const before = tf.memory().numTensors;
  for (const {make, traits} of forms) await checkLoss(make(0.5), traits);
  expect(await findings(alignment)).toEqual([['no-leak'], expect.anything()]);
  expect(tf.memory().numTensors).toBe(before);
});

describe('asynchronously', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('reads the device', async () => {
    const read = vi.spyOn(tf.Tensor.prototype, 'dataSync');
    for (const {make, traits} of forms) await checkLoss(make(0.5), traits);
    expect(read).not.toHaveBeenCalled();
  });

  test('counts no tensors that others make meanwhile', async () => {
    const checked = checkLoss(ntXent());
    let others = 0;
    const made: tf.Tensor[] = [];
    const timer = setInterval(() => made.push(tf.scalar(others++)), 0);
    await checked;
    clearInterval(timer);
    expect(made.some(({isDisposed}) => isDisposed)).toBe(false);
    tf.dispose(made);
  });
});

test.each<[unknown, object, new () => Error, string]>([
  ['ntXent', {}, TypeError, "expected a function as loss, got 'ntXent'; call its factory first"],
  [ntXent(), {n: 3}, RangeError, 'expected an integer from 4 on as n, got 3.'],
  [ntXent(), {d: 1.5}, RangeError, 'expected an integer from 2 on as d, got 1.5.'],
  [ntXent(), {seed: -1}, RangeError, 'expected an integer from 0 on as seed, got -1.'],
  [ntXent(), {negatives: 1}, TypeError, 'expected true or false as negatives, got 1.'],
  [ntXent(), {labels: 'yes'}, TypeError, "expected true or false as labels, got 'yes'."],
  [ntXent(), {permutationInvariant: 0}, TypeError, 'as permutationInvariant, got 0.'],
  [ntXent(), {viewSwapInvariant: null}, TypeError, 'as viewSwapInvariant, got null.'],
  [ntXent(), {viewSwap: true}, TypeError, 'got viewSwap; did you mean viewSwapInvariant?'],
])('refuses what makes no check: %s, %j', async (loss, options, kind, message) => {
  const checked = checkLoss(loss as never, options);
  await expect(checked).rejects.toThrow(kind);
  await expect(checked).rejects.toThrow(/^checkLoss: expected /);
  await expect(checked).rejects.toThrow(message);
});
