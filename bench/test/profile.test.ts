import {nativeOnly} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {follow, type Event} from '../src/profile/follow.js';
import {formatProfile} from '../src/profile/format.js';
import {BEFORE, costsOf, peakOf} from '../src/profile/summary.js';

const operation = (name: string, seconds: number): Event => ({kind: 'operation', name, seconds});
const [weights, first, second, third] = [{}, {}, {}, {}];
const made = (memory: object, bytes: number, by: string): Event => ({kind: 'made', memory, bytes, by});
const freed = (memory: object): Event => ({kind: 'freed', memory});

const before = [made(weights, 100, 'from JavaScript'), made(third, 900, 'Add'), operation('Add', 1), freed(third)];
const step = [
  made(first, 40, 'Conv2D'),
  operation('Conv2D', 0.5),
  made(second, 60, 'Relu'),
  operation('Relu', 0.25),
  freed(first),
  made(third, 30, 'Conv2D'),
  operation('Conv2D', 1),
  freed(second),
  freed(third),
];

test('operations are summed by name, the longest first', () => {
  expect(costsOf(step)).toEqual([
    {name: 'Conv2D', count: 2, seconds: 1.5},
    {name: 'Relu', count: 1, seconds: 0.25},
  ]);
});

test('the peak is that of the step, with what was there before it', () => {
  expect(peakOf(before, step)).toEqual({
    bytes: 200,
    operation: 'Relu',
    position: 2,
    held: [
      {by: BEFORE, tensors: 1, bytes: 100},
      {by: 'Relu', tensors: 1, bytes: 60},
      {by: 'Conv2D', tensors: 1, bytes: 40},
    ],
  });
  expect(peakOf(before, [freed(weights)])).toMatchObject({bytes: 100, operation: BEFORE});
});

test('the text is aligned, and sums up what is little', () => {
  const text = formatProfile('a-step', {
    seconds: 2,
    operations: [...costsOf(step), ...Array.from({length: 20}, (_, i) => ({name: `Op${i}`, count: 1, seconds: 1e-3}))],
    peak: peakOf(before, step),
  });
  expect(text.split('\n').slice(0, 4)).toEqual([
    'a-step: 23 operations a step, 2.000 s',
    '  operation              count      ms  of the step',
    '  Conv2D                     2  1500.0       75.0 %',
    '  Relu                       1   250.0       12.5 %',
  ]);
  expect(text).toContain(`
  9 others                   9     9.0        0.5 %
  outside of operations          230.0       11.5 %
  Tensors hold the most, 0.0 MB, with the output of Relu (operation 2 of 23):
  made by               tensors   MB  of the peak
  held before the step        1  0.0       50.0 %
`);
});

nativeOnly('only there operations of TensorFlow run', 'operations and memory are followed to the byte', () => {
  const events: Event[] = [];
  const stop = follow(event => events.push(event));
  try {
    const x = tf.ones([8, 4]);
    const y = tf.matMul(x, x, true); // [4, 4]
    const same = tf.reshape(y, [16]); // shares the memory
    y.dispose();
    const [one, other] = tf.split(same, 2);
    tf.dispose([x, same, one, other]);
  } finally {
    stop();
  }
  const costs = costsOf(events);
  expect(costs.map(({name, count}) => [name, count])).toEqual(
    expect.arrayContaining([
      ['BatchMatMulV2', 1],
      ['SplitV', 1],
    ]),
  );
  for (const {seconds} of costs) expect(seconds).toBeGreaterThan(0);
  const peak = peakOf([], events);
  const bytes = Object.fromEntries(peak.held.map(one => [one.by, one.bytes]));
  expect(bytes).toMatchObject({BatchMatMulV2: 4 * 16, SplitV: 4 * 16});
  const kept = peakOf(events, []);
  expect(kept.bytes).toBe(0); // all that was made was freed
  const told = events.length;
  tf.ones([2]).dispose();
  expect(events).toHaveLength(told);
});
