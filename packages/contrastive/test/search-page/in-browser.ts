import type {Browser, BrowserContextOptions, Page} from 'playwright-core';
import {expect, onTestFinished} from 'vitest';
import type {OpenEncoder} from '../../src/search-page/browser/encoder.js';
import type {SiteModel} from '../../src/search-page/site-data.js';

/** How long a page may take on a busy machine. */
export const SOON = {timeout: 30_000};

/** A page, with whatever it complains of and asks of others than `own`. */
export async function openPage(
  browser: Browser,
  url: string,
  own: readonly string[],
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const [errors, outside]: string[][] = [[], []];
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', ({message}) => {
    errors.push(message);
  });
  page.on('request', request => {
    if (!own.some(one => request.url().startsWith(one))) outside.push(request.url());
  });
  await page.goto(url);
  return {page, errors, outside};
}

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

/** Whether one would have to scroll to the side. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** How far the colour of a text is from that of the paper by WCAG 2.2. */
export const contrast = (page: Page, selector: string): Promise<number> =>
  page
    .locator(selector)
    .first()
    .evaluate(element => {
      const light = (color: string): number => {
        const [r, g, b] = (color.match(/[\d.]+/g) ?? []).map(value => {
          const part = Number(value) / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const {color} = getComputedStyle(element);
      const [ink, paper] = [color, getComputedStyle(document.body).backgroundColor].map(light);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });

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
