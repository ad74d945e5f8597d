import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {contrast, describeInBrowser, launchChromium, openPage, overflows} from '@contrastive/testing';
import type {Browser, BrowserContextOptions, Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {collectReport, drawReport} from '../../src/report/index.js';
import {makeRoot, makeSampleRun, type SampleRun} from './sample-run.js';

/** How long a page may take on a busy machine. */
const SOON = {timeout: 20_000};

const nasty = '</script><script>document.hacked=1</script>"\'><img src=x onerror="document.hacked=1">';

/** How many colours the pixels of a map have. */
const coloursOf = (page: Page): Promise<number[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>('.map-frame canvas')].map(canvas => {
      const {width, height} = canvas;
      const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      return new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size;
    }),
  );

/** A map as it is drawn now. */
const mapOf = (page: Page): Promise<string> =>
  page
    .locator('.map-frame canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Waits until its maps are drawn. */
const drawn = (page: Page): Promise<void> =>
  expect.poll(async () => Math.min(...(await coloursOf(page))), SOON).toBeGreaterThan(20);

describeInBrowser('the page of a report', () => {
  let folder: ReturnType<typeof makeRoot>;
  let run: SampleRun;
  let browser: Browser;

  const pathOf = (name: string): string => join(folder.root, `${name}.html`);

  beforeAll(async () => {
    folder = makeRoot();
    browser = await launchChromium();
    run = await makeSampleRun(folder.root, {images: 256, steps: 8, batchSize: 32});
    writeFileSync(pathOf('single'), drawReport(await collectReport([run])));
    writeFileSync(pathOf('several'), drawReport(await collectReport([run, {...run, name: 'the same again'}])));
    const bad = join(folder.root, 'hostile');
    mkdirSync(bad);
    writeFileSync(join(bad, 'config.json'), JSON.stringify({[nasty]: nasty}));
    const {encoder, images, augment} = run;
    const source = {...images, nameOf: (i: number) => `${nasty}${i}`, classNames: images.classNames?.map(() => nasty)};
    const hostile = {folder: bad, name: nasty, encoder, images: source, augment};
    writeFileSync(pathOf('hostile'), drawReport(await collectReport([hostile])));
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    run.encoder.dispose();
    folder.remove();
  });

  /** A page from disk, its maps drawn where scripts run. */
  async function open(name: string, options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, pathToFileURL(pathOf(name)).href, ['file:', 'data:'], options);
    if (options.javaScriptEnabled !== false) await drawn(opened.page);
    return opened;
  }

  test.each([
    ['single', 1],
    ['several', 2],
    ['hostile', 1],
  ])('of %s every part is drawn, without a complaint, a request, or a word of others run', async (name, maps) => {
    const {page, errors, outside} = await open(name);
    for (const section of await page.locator('main > section').all()) {
      const box = await section.boundingBox();
      expect(box?.height, (await section.getAttribute('id')) ?? '').toBeGreaterThan(60);
    }
    expect(await page.locator('main > section').count()).toBe(9);
    expect((await coloursOf(page)).length).toBe(maps);
    const pictures = await page.evaluate(() =>
      [...document.images].map(image => image.complete && image.naturalWidth > 0),
    );
    expect(pictures.every(Boolean)).toBe(true);
    expect(await page.evaluate(() => 'hacked' in document)).toBe(false);
    expect(await overflows(page)).toBe(false);
    expect(errors).toEqual([]);
    expect(outside).toEqual([]);
  });

  test('keys walk over the map, Enter shows neighbours, and these lead on', async () => {
    const {page, errors} = await open('single');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    const canvas = page.locator('.map-frame canvas');
    await canvas.focus();
    const outline = await canvas.evaluate(element => getComputedStyle(element).outlineStyle);
    await page.keyboard.press('ArrowRight');
    expect(outline === 'auto' || outline === 'solid').toBe(true);
    const tip = page.locator('.tip');
    await expect.poll(() => tip.isVisible(), SOON).toBe(true);
    const first = await tip.textContent();
    await page.keyboard.press('ArrowRight');
    expect(await tip.textContent()).not.toBe(first);
    await page.keyboard.press('Enter');
    const panel = page.locator('.panel');
    expect(await panel.locator('li').count()).toBe(8);
    const name = await panel.locator('.name').textContent();
    await panel.locator('li button').first().press('Enter');
    expect(await panel.locator('.name').textContent()).not.toBe(name);
    const before = await coloursOf(page);
    await canvas.focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press('+');
    await expect.poll(async () => (await coloursOf(page))[0], SOON).not.toBe(before[0]);
    await page.keyboard.press('Escape');
    expect(errors).toEqual([]);
  });

  test('neighbours on the page are those of the data, and a click finds the image under it', async () => {
    const {page} = await open('single');
    const found = await page.evaluate(() => {
      const {maps, galleries} = JSON.parse(document.getElementById('data')?.textContent ?? '') as {
        maps: {neighbours: number[]; neighbourCount: number}[];
        galleries: {names: string[]}[];
      };
      return {...maps[0], names: galleries[0].names};
    });
    const canvas = page.locator('.map-frame canvas');
    const position = await canvas.evaluate((element: HTMLCanvasElement) => {
      const {data} = element.getContext('2d')?.getImageData(0, 0, element.width, element.height) ?? {data: []};
      const dot = data.findIndex((value, i) => i % 4 === 3 && value > 200) >> 2; // the first that has colour
      const ratio = element.clientWidth / element.width;
      return {x: ratio * (dot % element.width), y: ratio * Math.floor(dot / element.width)};
    });
    await canvas.click({position});
    const panel = page.locator('.panel .name');
    const image = found.names.indexOf((await panel.textContent()) ?? '');
    expect(image).toBeGreaterThanOrEqual(0);
    const titles = await page.locator('.panel li button').evaluateAll(all => all.map(one => one.getAttribute('title')));
    const expected = found.neighbours.slice(image * found.neighbourCount, (image + 1) * found.neighbourCount);
    expect(titles).toEqual(expected.map(other => found.names[other]));
  });

  test('what is chosen in one map is chosen in the other, a class is shown alone', async () => {
    const {page, errors} = await open('several');
    await page.locator('.map-frame canvas').first().focus();
    await page.keyboard.press('Enter');
    const names = await page.locator('.panel .name').allTextContents();
    expect(names.length).toBe(2);
    expect(names[0]).toBe(names[1]);
    const button = page.locator('[data-class]').first();
    const before = await coloursOf(page);
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(async () => (await coloursOf(page))[0], SOON).not.toBe(before[0]);
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(errors).toEqual([]);
  });

  test.each(['single', 'several', 'hostile'])('%s needs no scrolling to the side on a phone', async name => {
    const {page, errors} = await open(name, {
      viewport: {width: 360, height: 740},
      deviceScaleFactor: 2,
      hasTouch: true,
    });
    expect(await overflows(page)).toBe(false);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('main *, header *')]
        .filter(element => element.childNodes.length > 0 && element.textContent.trim() && element.clientWidth > 1)
        .map(element => parseFloat(getComputedStyle(element).fontSize))
        .filter(size => size < 10),
    );
    expect(small).toEqual([]);
    await page.locator('.map-frame canvas').first().tap();
    expect(errors).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'in the %s scheme text can be read, and the map has its colours',
    async colorScheme => {
      const {page, errors} = await open('single', {colorScheme});
      for (const selector of ['h1', '.note', 'nav a', 'small', '.curve strong', 'td', 'dt'])
        expect(await contrast(page, selector), selector).toBeGreaterThan(4.5);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe(colorScheme === 'light' ? 'rgb(253, 252, 250)' : 'rgb(20, 22, 27)');
      const before = await mapOf(page);
      await page.emulateMedia({colorScheme: colorScheme === 'light' ? 'dark' : 'light'});
      await expect.poll(() => mapOf(page), SOON).not.toBe(before);
      await drawn(page);
      expect(errors).toEqual([]);
    },
  );

  test('it prints on light paper, on several pages, without what only screens can do', async () => {
    const {page, errors} = await open('single', {colorScheme: 'dark'});
    const pdf = (await page.pdf({format: 'A4', printBackground: true})).toString('latin1');
    expect((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length).toBeGreaterThan(2);
    await page.emulateMedia({media: 'print', colorScheme: 'dark'});
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(errors).toEqual([]);
  });

  test('without JavaScript all but the map is there', async () => {
    const {page, errors} = await open('single', {javaScriptEnabled: false});
    expect(await page.locator('noscript').first().isVisible()).toBe(true);
    expect(await page.locator('.curve svg').count()).toBeGreaterThan(5);
    expect(errors).toEqual([]);
  });
});
