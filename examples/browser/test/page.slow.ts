import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {extractFeatures, nearest} from '@contrastive/linear-probe';
import {describeInBrowser, launchChromium, webGpu} from '@contrastive/testing';
import {importEncoder} from '@contrastive/weights/node';
import type {Download, Page} from 'playwright-core';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {buildPage, servePage} from '../src/build.js';
import type {Look, News} from '../src/messages.js';
import {SAMPLE} from '../src/sample-format.js';
import type {Settings} from '../src/settings.js';
import {COUNT, SIDE, expected, methods, pixels, settings, source} from './golden-training.js';

/** How far a loss may lie from that of plain JavaScript in Node. */
const TOLERANCE = {atol: 1e-3, rtol: 0};

/** How often a timer of the page is to fire, in milliseconds. */
const TICK = 10;

/** The share of these that must fire while it trains: were the page to compute itself, next to none would. */
const ALIVE = 0.3;

/** The same as files. */
const files = await Promise.all(
  Array.from({length: COUNT}, async (_, i) => {
    const {data} = pixels(i);
    const buffer = await sharp(data, {raw: {width: SIDE, height: SIDE, channels: 3}})
      .png()
      .toBuffer();
    return {name: source.nameOf(i), mimeType: 'image/png', buffer};
  }),
);

let folder: string;
let serving: Awaited<ReturnType<typeof servePage>>;

/** What the page notes for the tests: what the worker told it, and how often a timer fired since then. */
interface Noted {
  readonly news: News[];
  ticks: number;
  since: number;
}

/** The page, and the errors that it reports. */
async function open(...args: readonly string[]): Promise<{readonly page: Page; readonly errors: string[]}> {
  const browser = await launchChromium(args);
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', ({message}) => {
    errors.push(message);
  });
  await page.addInitScript(tick => {
    const noted: Noted = {news: [], ticks: 0, since: 0};
    Object.assign(globalThis, {noted});
    setInterval(() => {
      noted.ticks++;
    }, tick);
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({data}: MessageEvent<News>) => noted.news.push(data));
      }
    };
  }, TICK);
  await page.goto(serving.address);
  return {page, errors};
}

/** What the worker told of one kind. */
const newsOf = async <K extends News['kind']>(page: Page, kind: K): Promise<Extract<News, {kind: K}>[]> =>
  page.evaluate(
    (wanted: string) =>
      (globalThis as typeof globalThis & {noted: Noted}).noted.news.filter(one => one.kind === wanted),
    kind as string,
  ) as Promise<Extract<News, {kind: K}>[]>;

/** What the page was last given to show. */
async function lastLook(page: Page): Promise<Look> {
  const last = (await newsOf(page, 'look')).at(-1);
  if (last === undefined) throw new Error('Expected the worker to have given pictures, got none.');
  return last.look;
}

const says = async (page: Page, words: string | RegExp): Promise<void> => {
  const text = page.locator('#status');
  await expect.poll(() => text.textContent(), {timeout: 300_000}).toMatch(words);
};

async function fill(page: Page, {method, size, batchSize, steps, seed}: Settings): Promise<void> {
  await page.selectOption('#method', method);
  for (const [id, value] of Object.entries({size, 'batch-size': batchSize, steps, seed}))
    await page.fill(`#${id}`, String(value));
}

/** Has the page train, and waits for its end. */
async function trained(page: Page, chosen: Settings): Promise<void> {
  await fill(page, chosen);
  await page.click('#start');
  await says(page, `Trained for ${chosen.steps} steps`);
}

/** How much the pixels of each canvas differ. */
const contrasts = (page: Page, selector: string): Promise<number[]> =>
  page.locator(selector).evaluateAll(all =>
    all.map(one => {
      const canvas = one as HTMLCanvasElement;
      const {data} = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {data: []};
      const greens = Array.from(data).filter((_, i) => i % 4 === 1);
      return Math.max(...greens) - Math.min(...greens);
    }),
  );

/** What a file that the page saved finds in Node, as the page's last look has it. */
async function foundInNode(download: Download): Promise<number[][]> {
  const path = join(folder, 'encoder.safetensors');
  await download.saveAs(path);
  const {encoder} = await importEncoder(path);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({preparation: {channels: 3, size: settings.size}});
  const features = await extractFeatures(encoder, source);
  encoder.dispose();
  const {similarities, count} = await nearest(features, features, 6);
  return Array.from({length: COUNT}, (_, i) => [...similarities.slice(i * count + 1, (i + 1) * count)]);
}

describeInBrowser('the page that trains', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
    await buildPage(join(folder, 'page'));
    serving = await servePage(join(folder, 'page'), 4400);
  }, 120_000);

  afterAll(async () => {
    await serving.close();
    rmSync(folder, {recursive: true});
  });

  test.each(['webgl', 'wasm', 'webgpu'] as const)(
    'on %s the page trains as Node does, shows it and saves it',
    async backend => {
      const {page, errors} = await open(...(backend === 'webgpu' ? webGpu : []));
      await page.selectOption('#runs-on', backend);
      await page.setInputFiles('#files', files);
      await says(page, '16 images to train on');
      for (const method of methods) {
        const before = (await newsOf(page, 'step')).length;
        await page.evaluate(() => {
          const {noted} = globalThis as typeof globalThis & {noted: Noted};
          [noted.ticks, noted.since] = [0, performance.now()];
        });
        await trained(page, {...settings, method});
        const steps = (await newsOf(page, 'step')).slice(before).map(({done}) => done);
        expect(
          steps.map(({loss}) => loss),
          method,
        ).toBeAllclose(expected[method], TOLERANCE);
        expect(new Set(steps.slice(1).map(({tensors}) => tensors)).size, method).toBe(1);
        const alive = await page.evaluate(tick => {
          const {ticks, since} = (globalThis as typeof globalThis & {noted: Noted}).noted;
          return (ticks * tick) / (performance.now() - since);
        }, TICK);
        expect(alive, 'share of the timers that fired').toBeGreaterThan(ALIVE);

        const points = async (): Promise<number> =>
          ((await page.locator('#loss-chart path').first().getAttribute('d')) ?? '').split('L').length;
        // Curves are drawn a moment after the last step.
        await expect.poll(points, {timeout: 10_000}).toBe(settings.steps);
        await expect.poll(() => page.locator('#accuracy-chart path').count(), {timeout: 10_000}).toBe(2);
        const pictures = [await contrasts(page, '#pairs canvas'), await contrasts(page, '#neighbours canvas')];
        expect(pictures.map(all => all.length)).toEqual([18, 66]);
        for (const contrast of pictures.flat()) expect(contrast).toBeGreaterThan(20);

        const saved = page.waitForEvent('download');
        await page.click('#save');
        const look = await lastLook(page);
        expect(look.step).toBe(settings.steps);
        const wanted = await foundInNode(await saved);
        for (const {name, trained: near} of look.neighbours)
          expect(
            near.map(({similarity}) => similarity),
            name,
          ).toBeAllclose(wanted[parseInt(name)], TOLERANCE);
      }
      expect((await newsOf(page, 'ready')).at(-1)).toMatchObject({backend});
      expect(errors).toEqual([]);
    },
  );

  test('the bundled images train by one click, on the best backend; it pauses, goes on and stops', async () => {
    const {page, errors} = await open();
    await page.focus('#sample');
    await page.keyboard.press('Enter');
    await says(page, '1,000 images to train on');
    expect(await page.locator('#count').textContent()).toBe(`1,000 images, grey, of 10 classes`);
    expect(await page.locator('#size').inputValue()).toBe(String(SAMPLE.side));
    await fill(page, {...settings, size: 16, steps: 1000});
    await page.focus('#start');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await newsOf(page, 'step')).length, {timeout: 120_000}).toBeGreaterThan(1);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('pause');
    await page.click('#pause');
    await says(page, 'It waits.');
    const paused = (await newsOf(page, 'step')).length;
    await page.waitForTimeout(500);
    expect(await newsOf(page, 'step')).toHaveLength(paused);
    expect(await page.locator('#save').isEnabled()).toBe(true);
    await page.click('#pause');
    await expect.poll(async () => (await newsOf(page, 'step')).length, {timeout: 60_000}).toBeGreaterThan(paused);
    await page.click('#stop');
    await says(page, /^Trained for \d+ steps\. The encoder is yours/);
    const {sameClass} = await lastLook(page);
    expect(sameClass?.untrained).toBeGreaterThan(0.2); // by chance a tenth
    expect(await page.locator('#neighbours-note').textContent()).toMatch(/Of all neighbours, .* are of the same class/);
    expect(errors).toEqual([]);
  });

  test('what cannot be used is said on the page: files, numbers, a browser without WebGL', async () => {
    const {page, errors} = await open('--use-gl=disabled');
    const about = page.locator('#backend');
    await expect
      .poll(() => about.textContent(), {timeout: 60_000})
      .toContain('Computes with WebAssembly on the processor');
    await about.locator('summary').click();
    expect(await about.locator('p').textContent()).toContain('webgl');

    const text = {name: '<b>notes</b>.png', mimeType: 'image/png', buffer: Buffer.from('no image')};
    await page.setInputFiles('#files', [...files.slice(0, 3), text]);
    await says(page, 'These are 3 images, and a training needs at least 8');
    expect(await page.locator('#start').isDisabled()).toBe(true);
    expect(await page.locator('#left-out summary').textContent()).toBe('1 file was left out');
    expect(await page.locator('#left-out li').textContent()).toBe(
      '<b>notes</b>.png: this browser cannot read it as an image',
    );
    await page.setInputFiles('#files', files);
    await says(page, '16 images to train on');
    await fill(page, {...settings, batchSize: 32});
    await page.click('#start');
    await says(page, 'A batch of 32 needs as many images, and here are 16');
    await page.selectOption('#runs-on', 'webgl');
    await expect.poll(() => about.textContent(), {timeout: 60_000}).toContain('expected the backend webgl to start');
    await page.selectOption('#runs-on', 'wasm');
    await says(page, '16 images to train on'); // they are kept
    expect(errors.filter(message => !/WebGL/i.test(message))).toEqual([]);
  });

  test('the page fits a phone', async () => {
    const {page, errors} = await open();
    await page.setViewportSize({width: 360, height: 740});
    await page.selectOption('#runs-on', 'wasm');
    await page.setInputFiles('#files', files);
    await says(page, '16 images to train on');
    await trained(page, {...settings, size: 16, steps: 2});
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(errors).toEqual([]);
  });
});
