import {fromImages, type Source} from '@contrastive/data';
import {formula, golden} from '@contrastive/testing';
import type {Settings} from '../src/settings.js';
import {createTraining} from '../src/worker/training.js';

/** How many pictures there are, and their pixels each way. */
export const [COUNT, SIDE] = [16, 24];

/** The training that is compared. */
export const settings: Settings = {method: 'simclr', size: 16, batchSize: 8, steps: 3, seed: 2};

export const methods = ['simclr', 'moco-v2'] as const;

/** The pixels of picture `i`: a square of its own in noise. */
export const pixels = (i: number) => {
  const noise = formula(`picture ${i}`, SIDE * SIDE * 3);
  const data = Uint8Array.from(noise, (value, at) => {
    const [x, y] = [Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
    const within = x > (i % 4) * 5 && y > Math.floor(i / 4) * 5;
    return within ? 200 + 50 * value : 60 + 50 * value;
  });
  return {data, height: SIDE, width: SIDE, channels: 3} as const;
};

export const source: Source = fromImages({
  length: COUNT,
  channels: 3,
  pixels,
  nameOf: i => `${String(i).padStart(2, '0')}.png`,
});

/** Its losses by plain JavaScript in Node, which takes minutes; `losses.slow.ts` holds them. */
export const expected = golden(import.meta.url, 'losses') as Record<(typeof methods)[number], number[]>;

/** The losses of the training, on the backend that is in use. */
export async function lossesOf(method: (typeof methods)[number]): Promise<number[]> {
  const training = createTraining(source, {...settings, method});
  const losses: number[] = [];
  for await (const {loss} of training.records) losses.push(loss);
  training.dispose();
  return losses;
}
