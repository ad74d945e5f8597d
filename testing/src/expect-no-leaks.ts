import {memory} from '@tensorflow/tfjs-core';
import {expect} from 'vitest';

/** Runs `step` once to warm up, then `times` more, and expects the number of live tensors unchanged. */
export async function expectNoLeaks(step: () => unknown, times = 5): Promise<void> {
  await step();
  const before = memory().numTensors;
  for (let i = 0; i < times; i++) await step();
  expect(memory().numTensors, `live tensors after ${String(times)} more steps`).toBe(before);
}
