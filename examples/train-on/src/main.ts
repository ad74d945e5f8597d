/**
 * Start from an encoder in a file instead of from nothing: a ResNet that others trained, as PyTorch saves it, goes on
 * learning from images of another kind, without labels. Without `--encoder` the file is made first, from clip art.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Preparation} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {example, percent} from '@contrastive/example';
import {openTransferData, prepareTransferData} from '@contrastive/example-transfer-data';
import {freezeLayers, recordedPreparation} from '@contrastive/layers';
import {resnet} from '@contrastive/resnet';
import {exportEncoder, importEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {evenly} from './evenly.js';
import {pretrain} from './pretrain.js';
import {toldBy} from './told.js';

const defaults = {
  size: 32, // pixels of a view; the pictures have 64
  depths: [1, 1, 1, 1], // half the blocks of ResNet-18
  width: 32, // half its channels
  batchSize: 128,
  firstSteps: 2_000, // on clip art, where no file is given
  steps: 600, // on emoji, from each start
  learningRate: 0.12, // as in the quickstart
  weightDecay: 1e-4,
  temperature: 0.2, // of NT-Xent, for batches far smaller than the paper's
  neighbours: 20,
  images: Infinity, // of each part, at most
} as const;

await example(
  {command: 'train-on --encoder --freeze', encoders: []},
  defaults,
  async ({settings, seed, out, given}) => {
    const {size, depths, width} = settings;
    const plan = {...settings, seed, given};
    const needed = given.encoder === undefined ? (['emoji', 'openclipart'] as const) : (['emoji'] as const);
    const {emoji, openclipart, leftOut} = await prepareTransferData({only: needed});
    if (emoji === undefined || leftOut.length > 0)
      throw new Error(
        `train-on: expected ${needed.join(' and ')}, got ${leftOut.map(({reason}) => reason).join('; ')}.`,
      );
    const few = (source: Source): Source => evenly(source, settings.images);
    const parts = await openTransferData(emoji, {split: 'by-picture'});
    const [train, test] = [few(parts.train), few(parts.test)];

    const fromNothing = (): LayersModel =>
      resnet({depths, width, stem: 'cifar', inputShape: [size, size, 3], zeroInitLastGamma: true, seed});

    // The file: any checkpoint of torchvision, timm, MoCo, lightly, … as `--encoder`, else one of our own making.
    const file = given.encoder ?? join(out, 'clip-art');
    if (openclipart !== undefined && !existsSync(file)) {
      const clipArt = await openTransferData(openclipart);
      const encoder = fromNothing();
      await pretrain(encoder, few(clipArt.train), {...plan, steps: settings.firstSteps}, out, 'from-clip-art');
      await exportEncoder(encoder, file, {format: 'safetensors'}); // as torchvision names them
      encoder.dispose();
      await clipArt.train.close();
    }

    // Whatever the file was trained on, its network goes on with pictures of this size, normalised as it is used to.
    const own = {preparation: {channels: 3, size}} as const;
    const {encoder: imported, assumed} = await importEncoder(file, given.encoder === undefined ? own : {size});
    for (const {option, value, because} of assumed)
      console.log(`assumed ${option}: ${JSON.stringify(value)}, ${because}`);
    const preparation = recordedPreparation(imported) as Preparation; // of every imported one
    const {normalization} = preparation;
    const told = async (encoder: LayersModel): Promise<string> => {
      const {accuracy, low, high} = await toldBy(encoder, {train, test}, {...settings, preparation});
      return `${percent(100 * accuracy)} (${percent(100 * low)} to ${percent(100 * high)})`;
    };
    const nothing = fromNothing();
    const rows = [
      ['as it was imported', await told(imported)],
      ['untrained', await told(nothing)],
    ];
    if (given.freeze !== undefined) freezeLayers(imported, given.freeze.split(','), {statistics: true});
    const seen = {...plan, ...(normalization && {normalization})};
    await pretrain(imported, train, seen, out, 'trained-on');
    await pretrain(nothing, train, seen, out, 'from-nothing');
    rows.push(['trained on', await told(imported)], ['trained from nothing', await told(nothing)]);

    console.log(
      `\nGroup of ${test.length} emoji told by ${settings.neighbours} nearest of ${train.length} (95 % interval)\n`,
    );
    for (const [name, share] of rows) console.log(`  ${name.padEnd(22)}${share}`);
    await exportEncoder(imported, join(out, 'encoder'), {overwrite: true});
    for (const encoder of [imported, nothing]) encoder.dispose();
    for (const source of [parts.train, parts.test]) await source.close();
  },
);
