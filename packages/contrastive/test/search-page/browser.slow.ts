import {existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join, normalize} from 'node:path';
import {pathToFileURL} from 'node:url';
import {subset} from '@contrastive/data';
import {fashionMnist, imageFiles} from '@contrastive/image-files';
import {recordPreparation} from '@contrastive/layers';
import {extractFeatures} from '@contrastive/linear-probe';
import {launchChromium} from '@contrastive/testing';
import * as tfl from '@tensorflow/tfjs-layers';
import type {Browser, BrowserContextOptions} from 'playwright-core';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createFinder} from '../../src/search-page/finder.js';
import {createNearest, quantise} from '../../src/search-page/quantised.js';
import {writeSite} from '../../src/search-page/site/write-site.js';
import {picture, recorded} from '../images.js';
import {makeGallery, type Gallery} from './gallery.js';
import {SOON, answered, contrast, drop, featuresIn, namesOf, openPage, overflows} from './in-browser.js';
import {serveGallery, TOKEN} from './serving.js';

/** How far a feature in a browser may lie from Node's, in parts of the largest: float32 in another order. */
const TOLERANCE = 1e-5;

/** The same for what browsers decode or lay over white by other code: some pixels lie a level or two apart. */
const DECODED_TOLERANCE = 5e-3;

let gallery: Gallery;
let serving: Awaited<ReturnType<typeof serveGallery>>;
let browser: Browser;
let site: string;
/** Where the site is served: under a path of its own, as hosts of pages do. */
let siteUrl: string;
const hosting = createServer((request, response) => {
  const path = join(gallery.root, normalize(decodeURIComponent((request.url ?? '').replace(/\?.*/, ''))).slice(6));
  const types: Readonly<Partial<Record<string, string>>> = {
    html: 'text/html',
    js: 'text/javascript',
    webp: 'image/webp',
  };
  const type = types[path.split('.').at(-1) ?? ''];
  const there = (request.url ?? '').startsWith('/pages/') && existsSync(path) && type !== undefined;
  response.writeHead(there ? 200 : 404, {'content-type': type ?? 'text/plain'});
  response.end(there ? readFileSync(path) : '');
});

beforeAll(async () => {
  gallery = await makeGallery();
  const {opened, bank, data} = gallery;
  serving = await serveGallery(gallery);
  site = join(gallery.root, 'site');
  await writeSite(
    'test',
    site,
    {opened, bank, data, k: 12, title: 'photos', encoder: 'encoder'},
    false,
    recorded().output,
  );
  await new Promise<void>(resolve => hosting.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(hosting.address() as AddressInfo).port}/pages/site/index.html`;
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser.close();
  hosting.close();
  hosting.closeAllConnections();
  await serving.close();
  await gallery.close();
});

const open = async (url: string, options: BrowserContextOptions = {}) =>
  openPage(browser, url, [serving.origin, new URL(siteUrl).origin, 'file:', 'blob:', 'data:'], options);

const served = (): string => `${serving.origin}/#token=${TOKEN}`;

/** What Node finds for a file: by whole features, as `search` and `serve` do, and by rounded ones, as a site does. */
async function inNode(bytes: Buffer) {
  const {opened, bank, data} = gallery;
  const finder = createFinder(opened, bank, data, 12);
  const query = await imageFiles([{path: 'query', bytes}], {channels: 3, workers: 0});
  const {data: features} = await extractFeatures(opened.encoder, query);
  const rounded = createNearest(quantise(bank))(features, 12);
  return {
    whole: (await finder.nearBytes(bytes)).map(({name}) => name),
    rounded: rounded.map(({row}) => finder.shown(row).name),
    features,
  };
}

test('of the served page: a file that is dropped is found as in Node; the word leaves the address', async () => {
  const {page, errors, outside} = await open(served());
  await namesOf(page, 24);
  expect(page.url()).toBe(`${serving.origin}/`);
  const bytes = await picture(7);
  await drop(page, bytes, '</script><img src=x onerror=document.hacked=1>.png');
  await answered(page);
  expect(await namesOf(page, 12)).toEqual((await inNode(bytes)).whole);
  expect(await page.locator('.query strong').textContent()).toContain('</script>');
  const pictures = page.locator('.hit img');
  await expect
    .poll(() => pictures.evaluateAll(all => all.every(one => (one as HTMLImageElement).naturalWidth === 288)), SOON)
    .toBe(true);
  await page.reload();
  await namesOf(page, 24); // this tab keeps the word
  expect(await page.evaluate(() => 'hacked' in document)).toBe(false);
  expect([errors, outside]).toEqual([[], []]);
});

test('the served page says what is wrong: no word, no image, too large, no server', async () => {
  const {page} = await open(`${serving.origin}/`);
  const status = page.locator('#status');
  await expect.poll(() => status.textContent(), SOON).toContain('open the whole address');
  await page.goto('about:blank');
  await page.goto(served());
  await namesOf(page, 24);
  await drop(page, Buffer.from('no image'), 'notes.png');
  await expect.poll(() => status.textContent(), SOON).toContain('This cannot be read as an image: it is no JPEG');
  await drop(page, Buffer.alloc(1_000_001), 'large.png');
  await expect.poll(() => status.textContent(), SOON).toBe('large.png is larger than 1 MB, the most that is taken.');
});

test.each(['webgl', 'wasm'] as const)(
  'of the site on %s: an image that is chosen is found by what Node finds',
  async backend => {
    const {page, errors, outside} = await open(`${siteUrl}?backend=${backend}`);
    await namesOf(page, 24);
    const bytes = await picture(7);
    await page.setInputFiles('#file', {name: 'seven.png', mimeType: 'image/png', buffer: bytes});
    await answered(page);
    const {rounded, whole} = await inNode(bytes);
    const names = await namesOf(page, 12);
    expect(names).toEqual(rounded);
    expect(names.filter(name => whole.includes(name)).length).toBeGreaterThanOrEqual(11);
    expect([errors, outside]).toEqual([[], []]);
  },
);

test.each(['webgl', 'wasm'] as const)('on %s features are those of Node', async backend => {
  const {page} = await open(siteUrl);
  const wide = sharp({create: {width: 150, height: 90, channels: 4, background: '#3a7f'}});
  const files = {
    plain: await picture(3, 90, 61),
    clear: await wide.png().toBuffer(),
    turned: await sharp(await picture(4, 80, 60))
      .withMetadata({orientation: 6})
      .jpeg({quality: 95})
      .toBuffer(),
    jpeg: await sharp(await picture(5, 300, 200))
      .jpeg({quality: 90})
      .toBuffer(),
  };
  const found = await featuresIn(page, backend, files);
  expect(found.backend).toBe(backend);
  for (const [name, bytes] of Object.entries(files)) {
    const {features} = await inNode(bytes);
    const largest = Math.max(...features.map(Math.abs));
    const difference = Math.max(...features.map((value, i) => Math.abs(value - found.features[name][i]))) / largest;
    expect(difference, name).toBeLessThan(name === 'plain' ? TOLERANCE : DECODED_TOLERANCE);
  }
});

test('grey images have features as in Node too, and small ones sharp pixels', async () => {
  const encoder = tfl.sequential({
    layers: [
      tfl.layers.averagePooling2d({poolSize: 2, inputShape: [28, 28, 1]}),
      tfl.layers.flatten(),
      tfl.layers.dense({units: 32, kernelInitializer: tfl.initializers.glorotNormal({seed: 3})}),
    ],
  });
  const preparation = {channels: 1, size: 28} as const;
  recordPreparation('test', encoder, preparation);
  const source = subset(await fashionMnist(), Int32Array.of(...Array(30).keys()));
  const bank = await extractFeatures(encoder, source);
  const data = {source, spec: 'fashion-mnist', files: false};
  const parts = {opened: {encoder, preparation, fingerprint: ''}, bank, data, k: 6, title: 'clothes', encoder: 'grey'};
  await writeSite('test', join(gallery.root, 'grey'), parts, false, recorded().output);
  const {page, errors} = await open(siteUrl.replace('site', 'grey'));
  await namesOf(page, 24);
  expect(await page.locator('.hit .small').count()).toBe(24);
  const rendering = page.locator('.hit .small').first();
  expect(await rendering.evaluate(element => getComputedStyle(element).imageRendering)).toBe('pixelated');
  const colours = await picture(3, 90, 61);
  const found = await featuresIn(page, 'wasm', {colours});
  const query = await imageFiles([{path: 'query', bytes: colours}], {channels: 1, workers: 0});
  const {data: own} = await extractFeatures(encoder, query);
  encoder.dispose();
  const largest = Math.max(...own.map(Math.abs));
  own.forEach((value, i) => {
    expect(Math.abs(value - found.features.colours[i])).toBeLessThan(TOLERANCE * largest);
  });
  expect(errors).toEqual([]);
});

test('the site opens from disk, and searches there', async () => {
  const {page, errors, outside} = await open(pathToFileURL(join(site, 'index.html')).href);
  await namesOf(page, 24);
  const bytes = await picture(9);
  await drop(page, bytes, 'nine.png');
  await answered(page);
  expect(await namesOf(page, 12)).toEqual((await inNode(bytes)).rounded);
  await page.locator('.hit').nth(2).click();
  await expect.poll(() => page.locator('.query .picture svg').count(), SOON).toBe(1);
  await answered(page);
  await page.goBack();
  await expect.poll(() => page.locator('.query strong').textContent(), SOON).toBe('nine.png');
  expect([errors, outside]).toEqual([[], []]);
});

test('without its parts the site says so', async () => {
  const {page} = await open(siteUrl);
  await namesOf(page, 24);
  await page.route('**/weights-0.js', route => route.abort());
  await drop(page, await picture(9), 'nine.png');
  await expect.poll(() => page.locator('#status').textContent(), SOON).toContain('weights-0.js does not load');
  await page.unroute('**/weights-0.js');
  await drop(page, await picture(9), 'nine.png');
  await answered(page);
});

test.each([
  ['served page', served],
  ['site', () => siteUrl],
] as const)('by keys alone the %s is used', async (_, url) => {
  const {page, errors} = await open(url());
  const names = await namesOf(page, 24);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('file');
  const outline = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate(element => getComputedStyle(element).outlineStyle);
  expect(await outline('.drop')).toBe('solid');
  await page.keyboard.press('Tab');
  expect(await outline('.hit:focus .picture')).toBe('solid');
  await page.keyboard.press('Enter');
  await answered(page);
  expect(await page.locator('.query strong').textContent()).toBe(names[0]);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('heading');
  expect(page.url()).toContain('#image=0');
  const found = await namesOf(page, 12);
  expect(found).not.toContain(names[0]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect.poll(() => page.locator('.query strong').textContent(), SOON).toBe(found[0]);
  await page.goBack();
  await expect.poll(() => page.locator('.query strong').textContent(), SOON).toBe(names[0]);
  await page.goBack();
  expect(await namesOf(page, 24)).toEqual(names);
  expect(errors).toEqual([]);
});

test('an image that is pasted is searched for, others are shown, and starting over begins again', async () => {
  const {page, errors} = await open(served());
  const names = await namesOf(page, 24);
  await page.locator('#more').click();
  await expect.poll(async () => (await namesOf(page, 24)).join(), SOON).not.toBe(names.join());
  await page.evaluate(
    base64 => {
      const clipboardData = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
      clipboardData.items.add(new File([bytes], 'pasted.png', {type: 'image/png'}));
      document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true}));
    },
    (await picture(11)).toString('base64'),
  );
  await answered(page);
  expect(await page.locator('.query strong').textContent()).toBe('pasted.png');
  await page.locator('.query button').click();
  expect(await namesOf(page, 24)).toEqual(names);
  expect(await page.locator('.query').isVisible()).toBe(false);
  expect(errors).toEqual([]);
});

test.each([
  ['served page', served],
  ['site', () => siteUrl],
] as const)('the %s is read on a phone, by day and by night', async (_, url) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const phone = {viewport: {width: 360, height: 740}, deviceScaleFactor: 2, hasTouch: true};
    const {page, errors} = await open(url(), {...phone, colorScheme});
    await namesOf(page, 24);
    expect(await overflows(page)).toBe(false);
    await page.locator('.hit').first().tap();
    await answered(page);
    expect(await overflows(page)).toBe(false);
    for (const selector of [
      'h1',
      '.note',
      '.kicker',
      '.drop span',
      '.drop u',
      '#status',
      '.name',
      '.similarity',
      '.plain',
    ])
      expect(await contrast(page, selector), `${selector}, ${colorScheme}`).toBeGreaterThan(4.5);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(paper).toBe(colorScheme === 'light' ? 'rgb(253, 252, 250)' : 'rgb(20, 22, 27)');
    expect(errors).toEqual([]);
  }
});
