import {expect, test} from 'vitest';
import {duration, progress} from '../src/progress.js';

const record = {loss: 4.2134, learningRate: 0.11432};

/** Reports to a terminal, or to a file, with a clock that stands still. */
function collect(isTTY: boolean, length: {steps: number; stepsPerEpoch: number}, batchSize = 256) {
  const written: string[] = [];
  let now = 0;
  const report = progress(length, batchSize, {isTTY, write: text => written.push(text)}, () => now);
  return {written, report, wait: (milliseconds: number) => (now += milliseconds)};
}

test('a line names epoch, step, loss, learning rate, speed and time left', () => {
  const {written, report, wait} = collect(true, {steps: 468, stepsPerEpoch: 39});
  report({step: 0, ...record});
  written.length = 0;
  wait(8000);
  report({step: 39, ...record});
  // 40 steps of 256 images in 8 s are 1,280 images a second; 428 more steps take 85.6 s.
  expect(written).toEqual([
    '\r\x1b[2Kepoch 2/12  step 40/468  loss 4.213  learning rate 0.1143  1,280 images/s  1 min 26 s left',
  ]);
});

test('speed and time left of a run that goes on are those of its own steps', () => {
  const {written, report, wait} = collect(true, {steps: 468, stepsPerEpoch: 39});
  wait(200);
  report({step: 400, ...record}); // its first step: 256 images in 0.2 s; 67 more steps take 13.4 s
  expect(written).toEqual([expect.stringMatching(/step 401\/468 .* 1,280 images\/s {2}13 s left$/)]);
});

test('the last step has no time left', () => {
  const {written, report, wait} = collect(false, {steps: 468, stepsPerEpoch: 39});
  wait(8000);
  report({step: 467, ...record});
  expect(written).toEqual([expect.stringMatching(/^epoch 12\/12 {2}step 468\/468 .* done\n$/)]);
});

test('without a terminal there is one line an epoch, and one at the end', () => {
  const {written, report} = collect(false, {steps: 6, stepsPerEpoch: 4});
  for (let step = 0; step < 6; step++) report({step, ...record});
  expect(written.map(line => line.slice(0, 20))).toEqual(['epoch 1/2  step 4/6 ', 'epoch 2/2  step 6/6 ']);
  expect(written.every(line => line.endsWith('\n') && !line.includes('\x1b'))).toBe(true);
});

test('without epochs there are twenty lines', () => {
  const {written, report} = collect(false, {steps: 100, stepsPerEpoch: Infinity});
  for (let step = 0; step < 100; step++) report({step, ...record});
  expect(written).toHaveLength(20);
  expect(written[0]).toMatch(/^step 5\/100 {2}loss 4\.213 /);
});

test('in a terminal one line is written over, ten times a second at most, and ended by the last step', () => {
  const {written, report, wait} = collect(true, {steps: 468, stepsPerEpoch: 39});
  wait(1);
  report({step: 0, ...record});
  report({step: 1, ...record});
  wait(100);
  report({step: 2, ...record});
  report({step: 467, ...record});
  const shown = written.map(text => text.replaceAll('\x1b', '^').slice(0, 27));
  expect(shown).toEqual([
    '\r^[2Kepoch 1/12  step 1/468',
    '\r^[2Kepoch 1/12  step 3/468',
    '\r^[2Kepoch 12/12  step 468/',
  ]);
  expect(written.map(text => text.endsWith('\n'))).toEqual([false, false, true]);
});

test('durations read as people say them', () => {
  expect([0.2, 59.4, 59.6, 232, 3599.6, 3840].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min 0 s',
    '3 min 52 s',
    '1 h 0 min',
    '1 h 4 min',
  ]);
});
