import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {simclrAugment} from '@contrastive/augment';
import {fromArrays, twoViews, type Source, type TwoViews} from '@contrastive/data';
import {imageFolder} from '@contrastive/image-files';
import {pixelsFile} from './paint.js';
import type {ContestantSettings, ViewsSettings} from './settings.js';

type Where = Pick<ContestantSettings, 'directory' | 'threads'>;

async function open({from, height, width}: ViewsSettings, {directory, threads}: Where): Promise<Source> {
  if (from === 'files') return imageFolder(directory, {workers: threads});
  return fromArrays({images: await readFile(join(directory, pixelsFile)), height, width, channels: 3});
}

/**
 * The views of a user of these packages, of the images that were painted into `directory`: a function that makes the
 * batches from number `start` on, `count` of them.
 */
export async function openViews(
  settings: ViewsSettings,
  where: Where,
): Promise<(start: number, count: number) => TwoViews> {
  const source = await open(settings, where);
  const {size, strength, blur, batchSize} = settings;
  const augment = simclrAugment({size, strength, blur, form: 'torchvision'});
  return (startStep, count) => twoViews(source, {augment, batchSize, seed: 1, startStep, steps: startStep + count});
}
