import {evalAugment} from '@contrastive/augment';
import {fromArrays, oneView} from '@contrastive/data';
import {supervised} from '@contrastive/linear-probe';
import {expectNoLeaks} from '@contrastive/testing';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';
import {secondsPerStep} from '../src/index.js';

test.each([2, 3, 20])('a step of %i is timed, and leaves no tensors', async steps => {
  const source = fromArrays({
    ...{images: new Uint8Array(8 * 16), height: 4, width: 4},
    ...{labels: Uint8Array.from({length: 8}, (_, i) => i % 2), classNames: ['a', 'b']},
  });
  const encoder = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [4, 4, 1]})]});
  const method = supervised({encoder, classCount: 2});
  await expectNoLeaks(async () => {
    const views = oneView(source, {augment: evalAugment(), batchSize: 4, seed: 1, steps});
    const seconds = await secondsPerStep(method, views);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(5);
  }, 2);
  method.dispose();
  encoder.dispose();
});
