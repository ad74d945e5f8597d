import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describeInBrowser, launchChromium} from '@contrastive/testing';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {expect, onTestFinished, test} from 'vitest';
import {blocksOf} from '../../scripts/guides.mjs';
import {bundle} from '../browser/bundle.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the guide's first block exports. */
interface Guide {
  readonly learn: (
    files: readonly File[],
    options: {readonly show: (step: number, loss: number) => void; readonly steps: number},
  ) => Promise<LayersModel>;
}

describeInBrowser('the guide of browsers', () => {
  test('what it has pages do is done in a page: pictures of a user train an encoder', async () => {
    const runs = join(root, 'testing', 'runs');
    mkdirSync(runs, {recursive: true});
    const folder = mkdtempSync(join(runs, 'page-')); // where TensorFlow.js is found
    onTestFinished(() => {
      rmSync(folder, {recursive: true});
    });
    const [{code: block}] = blocksOf('docs/browser.md').filter(({language}) => language === 'js');
    const entry = join(folder, 'page.js');
    writeFileSync(entry, block);
    const {code} = await bundle({entryPoints: [relative(root, entry)], format: 'iife', globalName: 'guide'});

    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.addScriptTag({content: code});
    const {losses, features} = await page.evaluate(async () => {
      const files: File[] = [];
      for (let i = 0; i < 8; i++) {
        const canvas = new OffscreenCanvas(60, 50);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('Expected a canvas to draw on, got none.');
        context.fillStyle = `hsl(${45 * i} 80% 50%)`;
        context.fillRect(0, 0, 60, 50);
        context.fillStyle = 'white';
        context.fillRect(5 * i, 10, 12, 30);
        files.push(new File([await canvas.convertToBlob()], `${i}.png`));
      }
      const losses: number[] = [];
      const {learn} = (globalThis as typeof globalThis & {guide: Guide}).guide;
      const encoder = await learn(files, {show: (_, loss) => losses.push(loss), steps: 3});
      return {losses, features: encoder.outputShape};
    });
    expect(losses).toHaveLength(3);
    for (const loss of losses) expect(loss).toBeGreaterThan(0); // not NaN
    expect(features).toEqual([null, 64]);
  });
});
