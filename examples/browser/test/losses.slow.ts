import {useBackend} from '@contrastive/backend';
import {expect, onTestFinished, test} from 'vitest';
import {expected, lossesOf, methods} from './golden-training.js';

test.each(methods)(
  'the losses that pages are compared with are those of plain JavaScript: %s',
  async method => {
    onTestFinished(async () => {
      await useBackend(); // as the worker's other files expect it
    });
    await useBackend('cpu');
    expect(await lossesOf(method)).toBeAllclose(expected[method], {atol: 1e-5, rtol: 0});
  },
  900_000,
);
