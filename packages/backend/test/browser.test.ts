import * as tf from '@tensorflow/tfjs-core';
import {afterEach, expect, test, vi} from 'vitest';
import * as browser from '../src/browser.js';
import * as node from '../src/index.js';

const initial = tf.getBackend() as node.BackendName;

afterEach(async () => {
  vi.unstubAllGlobals();
  await node.useBackend(initial);
});

// One declaration serves both: TypeScript looks for types before it looks for browsers.
const useBackend: typeof node.useBackend = browser.useBackend;

test('the half for browsers knows its own backends only, and the half for Node its own', async () => {
  await expect(useBackend('tensorflow')).rejects.toThrow(
    "useBackend: expected 'webgpu', 'webgl' or 'wasm' as name, got 'tensorflow'.",
  );
  await expect(node.useBackend('webgl')).rejects.toThrow(
    "expected 'tensorflow', 'wasm' or 'cpu' as name, got 'webgl'; webgpu and webgl are taken in browsers.",
  );
});

test.each([
  [{wasmPath: '/'}, 'got wasmPath; did you mean wasmPaths?'],
  [{wasmPaths: 3}, 'expected text, or an object as wasmPaths, got 3.'],
])('both refuse %j', async (options, message) => {
  for (const half of [useBackend, node.useBackend]) {
    await expect(half('wasm', options as node.UseBackendOptions)).rejects.toThrow(message);
  }
});

test('what a browser lacks is said, with what to do', async () => {
  vi.stubGlobal('navigator', {});
  await expect(useBackend('webgpu')).rejects.toThrow(/expected a browser with WebGPU for webgpu, got none; take webgl/);
  await expect(useBackend('webgl')).rejects.toThrow(/expected the backend webgl to start, got one that does not/);
});

test('without a name the best is taken, and a note says why not a better one', async () => {
  vi.stubGlobal('navigator', {gpu: {requestAdapter: () => Promise.resolve(null)}});
  const {note, ...backend} = await useBackend();
  expect(backend).toEqual({name: 'wasm', device: 'cpu', version: tf.version_core, canTrain: true, threads: 1});
  expect(note).toMatch(/^training on wasm: expected a browser with WebGPU .* expected the backend webgl /);
});
