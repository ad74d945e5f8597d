import {describeInBrowser} from '@contrastive/testing';
import {expect, test} from 'vitest';
import type * as Proof from '../browser/page.js';
import {tolerance, trainInPages} from '../browser/train-in-pages.js';

describeInBrowser('training in a page', () => {
  const {open, inNode} = trainInPages(['webgl', 'wasm']);

  test('a backend that does not start leaves the one in use, and says what to do', async () => {
    const {page} = await open();
    const {message, losses} = await page.evaluate(async () => {
      const {trainOn, useBackend} = (globalThis as typeof globalThis & {proof: typeof Proof}).proof;
      await useBackend('webgl');
      const message = await useBackend('wasm', {wasmPaths: '/nowhere/'}).then(String, String);
      return {message, losses: (await trainOn('simclr')).losses};
    });
    expect(message).toContain('expected the backend wasm to start, got one that does not start here; say by wasmPaths');
    expect(losses).toBeAllclose(inNode.get('simclr')?.losses ?? [], tolerance);
  });
});
