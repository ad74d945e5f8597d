import {expect, test} from 'vitest';
import {createReporter, progressLine, type Progress} from '../src/progress.js';

const progress: Progress = {
  step: 40,
  steps: 468,
  stepsPerEpoch: 39,
  loss: 4.2134,
  learningRate: 0.11432,
  secondsElapsed: 8,
  batchSize: 256,
};

test('a line names epoch, step, loss, learning rate, speed and time left', () => {
  // 40 steps of 256 images in 8 s are 1,280 images a second; 428 more steps take 85.6 s.
  expect(progressLine(progress)).toBe(
    'epoch 2/12  step 40/468  loss 4.213  learning rate 0.1143  1,280 images/s  1 min 26 s left',
  );
});

test('the last step has no time left', () => {
  expect(progressLine({...progress, step: 468})).toMatch(/^epoch 12\/12 {2}step 468\/468 .* done$/);
});

function collect(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const reporter = createReporter({isTTY, write: text => written.push(text)}, () => now);
  return {written, reporter, wait: (milliseconds: number) => (now += milliseconds)};
}

test('without a terminal there is one line an epoch, and one at the end', () => {
  const {written, reporter} = collect(false);
  for (let step = 1; step <= 6; step++) reporter.report({...progress, step, steps: 6, stepsPerEpoch: 4});
  reporter.end();
  expect(written.map(line => line.slice(0, 20))).toEqual(['epoch 1/2  step 4/6 ', 'epoch 2/2  step 6/6 ']);
  expect(written.every(line => line.endsWith('\n') && !line.includes('\x1b'))).toBe(true);
});

test('in a terminal one line is written over, ten times a second at most, and ended once', () => {
  const {written, reporter, wait} = collect(true);
  reporter.report({...progress, step: 1});
  reporter.report({...progress, step: 2});
  wait(100);
  reporter.report({...progress, step: 3});
  reporter.end();
  reporter.end();
  const shown = written.map(text => text.replaceAll('\x1b', '^').slice(0, 27));
  expect(shown).toEqual(['\r^[2Kepoch 1/12  step 1/468', '\r^[2Kepoch 1/12  step 3/468', '\n']);
});
