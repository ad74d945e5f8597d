import {readFileSync, readdirSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {launchChromium, openPage} from '@contrastive/testing';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {bundle} from './bundle.js';
import type * as Proof from './page.js';
import {trainOn, type Run} from './train.js';

/** How far a loss may lie from that of plain JavaScript in Node. */
export const tolerance = {atol: 1e-3, rtol: 0};

const methods = ['simclr', 'moco'] as const;

/** What the tests of a browser have in common. */
interface Pages {
  /** A page with the script. */
  readonly open: () => ReturnType<typeof openPage>;
  /** What the methods do in Node. */
  readonly inNode: ReadonlyMap<string, Run>;
}

/**
 * Tests that each backend of a browser trains as plain JavaScript does in Node.
 *
 * @param args What the browser is started with besides.
 */
export function trainInPages(backends: readonly ('webgl' | 'wasm' | 'webgpu')[], args: readonly string[] = []): Pages {
  const inNode = new Map<string, Run>();
  /** What the server has, by URL. */
  const files = new Map<string, readonly [type: string, body: string | Buffer]>();
  const server = createServer(({url = ''}, response) => {
    const [type, body] = files.get(url) ?? [];
    response.writeHead(type === undefined ? 404 : 200, type === undefined ? {} : {'content-type': type}).end(body);
  });
  let browser: Browser;

  beforeAll(async () => {
    const {code} = await bundle({entryPoints: ['testing/browser/page.ts'], format: 'iife', globalName: 'proof'});
    files.set('/', ['text/html', '<!doctype html><link rel="icon" href="data:,"><script src="/proof.js"></script>']);
    files.set('/proof.js', ['text/javascript', code]);
    const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
    for (const name of readdirSync(wasm).filter(name => name.endsWith('.wasm')))
      files.set(`/wasm/${name}`, ['application/wasm', readFileSync(join(wasm, name))]);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium(args);
    try {
      await useBackend('cpu');
      for (const method of methods) inNode.set(method, await trainOn(method));
    } finally {
      await useBackend(); // as the worker's other files expect it
    }
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    server.close();
    server.closeAllConnections();
  });

  const open = async () => {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return openPage(browser, `${origin}/`, [origin, 'data:', 'blob:']);
  };

  test.each(backends)(
    'in a browser on %s losses are those of Node, and nothing leaks',
    async backend => {
      const {page, errors, outside} = await open();
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

  return {open, inNode};
}
