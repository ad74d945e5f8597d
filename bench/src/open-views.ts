import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {simclrAugment} from '@contrastive/augment';
import {fromArrays, imageFolder, twoViews, type IndexedSource, type Views} from '@contrastive/data';
import {pixelsFile} from './paint.js';
import type {ContestantSettings} from './settings.js';
import type {ViewsSettings} from './views-settings.js';

/** Makes the batches from number `start` on, `count` of them. */
export type MakeViews = (start: number, count: number) => AsyncIterable<Views>;

type Where = Pick<ContestantSettings, 'directory' | 'threads'>;

async function open({from, height, width, size}: ViewsSettings, {directory, threads}: Where): Promise<IndexedSource> {
  if (from === 'files') return imageFolder(directory, {size, workers: threads});
  return fromArrays({images: await readFile(join(directory, pixelsFile)), height, width, channels: 3});
}

/** The views of a user of these packages, of the images that were painted into `directory`. */
export async function openViews(settings: ViewsSettings, where: Where): Promise<MakeViews> {
  const source = await open(settings, where);
  const {size, strength, blur, batchSize} = settings;
  const augment = simclrAugment({size, strength, blur, form: 'torchvision'});
  return (startStep, count) => twoViews(source, {augment, batchSize, seed: 1, startStep, steps: startStep + count});
}
