import {readFileSync, readdirSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {describeInBrowser, launchChromium, openPage, webGpu} from '@contrastive/testing';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {bundle} from '../browser/bundle.js';
import type * as Proof from '../browser/page.js';
import {trainOn, type Run} from '../browser/train.js';

/** How far a loss may lie from that of plain JavaScript in Node. */
const tolerance = {atol: 1e-3, rtol: 0};

const methods = ['simclr', 'moco'] as const;

describeInBrowser('training in a page', () => {
  const inNode = new Map<string, Run>();
  /** What the server has, by URL. */
  const files = new Map<string, readonly [type: string, body: string | Buffer]>();
  const server = createServer(({url = ''}, response) => {
    const [type, body] = files.get(url) ?? [];
    response.writeHead(type === undefined ? 404 : 200, type === undefined ? {} : {'content-type': type}).end(body);
  });
  let browser: Browser;
  /** One that offers WebGPU. */
  let withWebGpu: Browser;

  beforeAll(async () => {
    const {code} = await bundle({entryPoints: ['testing/browser/page.ts'], format: 'iife', globalName: 'proof'});
    files.set('/', ['text/html', '<!doctype html><link rel="icon" href="data:,"><script src="/proof.js"></script>']);
    files.set('/proof.js', ['text/javascript', code]);
    const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
    for (const name of readdirSync(wasm).filter(name => name.endsWith('.wasm')))
      files.set(`/wasm/${name}`, ['application/wasm', readFileSync(join(wasm, name))]);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium();
    withWebGpu = await launchChromium(webGpu);
    try {
      await useBackend('cpu');
      for (const method of methods) inNode.set(method, await trainOn(method));
    } finally {
      await useBackend(); // as the worker's other files expect it
    }
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await withWebGpu.close();
    server.close();
    server.closeAllConnections();
  });

  /** A page with the script. */
  async function open(within = browser) {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return openPage(within, `${origin}/`, [origin, 'data:', 'blob:']);
  }

  test.each(['webgl', 'wasm', 'webgpu'] as const)(
    'in a browser on %s losses are those of Node, and nothing leaks',
    async backend => {
      const {page, errors, outside} = await open(backend === 'webgpu' ? withWebGpu : browser);
      const name = await page.evaluate(async name => {
        const {useBackend} = (globalThis as typeof globalThis & {proof: typeof Proof}).proof;
        return (await useBackend(name, {wasmPaths: '/wasm/'})).name;
      }, backend);
      expect(name).toBe(backend);
      for (const method of methods) {
        const {losses, tensors} = await page.evaluate(
          method => (globalThis as typeof globalThis & {proof: typeof Proof}).proof.trainOn(method),
          method,
        );
        expect(losses, method).toBeAllclose(inNode.get(method)?.losses ?? [], tolerance);
        expect(new Set(tensors.slice(1)).size, `${method}: ${tensors.join(', ')} live tensors`).toBe(1);
      }
      expect([errors, outside]).toEqual([[], []]);
    },
    300_000,
  );

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
