import {join} from 'node:path';
import {subset} from '@contrastive/data';
import {fashionMnist, imageFiles} from '@contrastive/image-files';
import {recordPreparation} from '@contrastive/layers';
import {extractFeatures} from '@contrastive/linear-probe';
import {describeInBrowser} from '@contrastive/testing';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {writeSite} from '../../src/search-page/site/write-site.js';
import {picture, recorded} from '../images.js';
import {featuresIn, namesOf} from './in-browser.js';
import {makePages, type Pages} from './make-pages.js';

/** How far a feature in a browser may lie from Node's, in parts of the largest: float32 in another order. */
const TOLERANCE = 1e-5;

/** The same for what browsers decode or lay over white by other code: some pixels lie a level or two apart. */
const DECODED_TOLERANCE = 5e-3;

describeInBrowser('the encoder of a site', () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await makePages();
  }, 120_000);
  afterAll(() => pages.close());

  test.each(['webgl', 'wasm'] as const)('on %s features are those of Node', async backend => {
    const {page} = await pages.open(pages.siteUrl);
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
      const {features} = await pages.inNode(bytes);
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
    const parts = {
      opened: {encoder, preparation, fingerprint: ''},
      bank,
      data,
      k: 6,
      title: 'clothes',
      encoder: 'grey',
    };
    await writeSite('test', join(pages.gallery.root, 'grey'), parts, false, recorded().output);
    const {page, errors} = await pages.open(pages.siteUrl.replace('site', 'grey'));
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
});
