import type {Browser, BrowserContextOptions, Page} from 'playwright-core';
import {onTestFinished} from 'vitest';

/** A page, what it complains of, and what it asks of others. */
interface OpenedPage {
  readonly page: Page;
  /** What it wrote as errors or threw. */
  readonly errors: readonly string[];
  /** The URLs that it asked for, but for those of its own. */
  readonly outside: readonly string[];
}

/** Opens a page for the test that asks. `own` are the beginnings of the URLs that it may ask for. */
export async function openPage(
  browser: Browser,
  url: string,
  own: readonly string[],
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
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

/** Whether one would have to scroll to the side. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** How far the colour of a text is from that of the paper by WCAG 2.2, in [1, 21]. */
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
