/**
 * Start from an encoder in a file instead of from nothing: a ResNet that others trained, as PyTorch saves it, goes on
 * learning from images of another kind, without labels. Without `--encoder` the file is made first, from clip art.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Source} from '@contrastive/data';
import {example, percent} from '@contrastive/example';
import {openTransferData, prepareTransferData} from '@contrastive/example-transfer-data';
import {freezeLayers} from '@contrastive/layers';
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
    const {emoji, openclipart, leftOut} = await prepareTransferData({only: ['emoji', 'openclipart']});
    if (emoji === undefined || openclipart === undefined)
      throw new Error(`train-on: expected emoji and clip art, got ${leftOut.map(({reason}) => reason).join('; ')}.`);
    const few = (source: Source): Source => evenly(source, settings.images);
    const parts = await openTransferData(emoji, {split: 'by-picture'});
    const [train, test] = [few(parts.train), few(parts.test)];

    const fromNothing = (): LayersModel =>
      resnet({depths, width, stem: 'cifar', inputShape: [size, size, 3], zeroInitLastGamma: true, seed});

    const told = async (encoder: LayersModel): Promise<string> => {
      const {accuracy, low, high} = await toldBy(encoder, {train, test}, settings);
      return `${percent(100 * accuracy)} (${percent(100 * low)} to ${percent(100 * high)})`;
    };

    // The file: any checkpoint of torchvision, timm, MoCo, lightly, … as `--encoder`, else one of our own making.
    let file = given.encoder;
    if (file === undefined) {
      file = join(out, 'clip-art');
      if (!existsSync(file)) {
        const clipArt = await openTransferData(openclipart);
        const encoder = fromNothing();
        await pretrain(encoder, few(clipArt.train), {...plan, steps: settings.firstSteps}, out, 'from-clip-art');
        await exportEncoder(encoder, file, {format: 'safetensors'}); // as torchvision names them
        encoder.dispose();
        await clipArt.train.close();
      }
    }

    const {encoder: imported, assumed} = await importEncoder(file, {preparation: {channels: 3, size}});
    for (const {option, value, because} of assumed)
      console.log(`assumed ${option}: ${JSON.stringify(value)}, ${because}`);
    const nothing = fromNothing();
    const rows = [
      ['as it was imported', await told(imported)],
      ['untrained', await told(nothing)],
    ];
    if (given.freeze !== undefined) freezeLayers(imported, given.freeze.split(','), {statistics: true});
    await pretrain(imported, train, plan, out, 'trained-on');
    await pretrain(nothing, train, plan, out, 'from-nothing');
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
