import type {Page} from 'playwright-core';
import {expect} from 'vitest';
import type {OpenEncoder} from '../../src/search-page/browser/encoder.js';
import type {SiteModel} from '../../src/search-page/site-data.js';

/** How long a page may take on a busy machine. */
export const SOON = {timeout: 30_000};

/** The names of what is shown, once there are so many. */
export async function namesOf(page: Page, count: number): Promise<string[]> {
  await expect.poll(() => page.locator('.hit').count(), SOON).toBe(count);
  return page.locator('.hit .name').allTextContents();
}

/** Waits until an answer is there. */
export const answered = async (page: Page): Promise<void> => {
  await expect.poll(() => page.locator('#status').textContent(), SOON).toMatch(/^The nearest \d+ of 40/);
};

/** Drops a file somewhere on the page, as a hand does. */
export async function drop(page: Page, bytes: Buffer, name: string, type = 'image/png'): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([base64, name, type]) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
      transfer.items.add(new File([bytes], name, {type}));
      return transfer;
    },
    [bytes.toString('base64'), name, type] as const,
  );
  for (const event of ['dragover', 'drop']) await page.dispatchEvent('h1', event, {dataTransfer});
}

/** What the encoder of a site makes of files, on a backend. */
export async function featuresIn(
  page: Page,
  backend: string,
  files: Readonly<Record<string, Buffer>>,
): Promise<{readonly backend: string; readonly features: Readonly<Record<string, number[]>>}> {
  return page.evaluate(
    async ([backend, files]) => {
      const values = new Map<string, unknown>();
      const load = async (name: string): Promise<unknown> => {
        const script = document.createElement('script');
        script.src = `${name}.js`;
        await new Promise((resolve, reject) => {
          script.onload = resolve;
          script.onerror = reject;
          document.head.append(script);
        });
        return values.get(name);
      };
      (globalThis as {contrastiveSite?: unknown}).contrastiveSite = (name: string, value: unknown) => {
        values.set(name, value);
      };
      const bytesOf = (base64: string) => Uint8Array.from(atob(base64), one => one.charCodeAt(0));
      const openEncoder = (await load('encoder')) as OpenEncoder;
      const encoder = await openEncoder({
        backend,
        model: (await load('model')) as SiteModel,
        weights: bytesOf((await load('weights-0')) as string).buffer,
        wasm: async () => bytesOf((await load('wasm-0')) as string),
      });
      const features: Record<string, number[]> = {};
      for (const [name, base64] of Object.entries(files))
        features[name] = Array.from(await encoder.features(new Blob([bytesOf(base64)])));
      return {backend: encoder.backend, features};
    },
    [
      backend,
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')])),
    ] as const,
  );
}
