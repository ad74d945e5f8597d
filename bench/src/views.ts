import {useBackend} from '@contrastive/backend';
import {disposeViews, type Views} from '@contrastive/data';
import * as tf from '@tensorflow/tfjs-core';
import {openViews} from './open-views.js';
import type {Figures} from './protocol.js';
import {serve} from './serve.js';
import type {ContestantSettings, ViewsSettings} from './settings.js';

/** What the pixels of a batch are like. */
function figuresOf({first, second}: Views): Figures {
  return tf.tidy(() => {
    const x = tf.concat([first, second]); // [2n, size, size, channels]
    const [images, height, width, channels] = x.shape;
    const right = tf.slice(x, [0, 0, 1, 0], [images, height, width - 1, channels]);
    const left = tf.slice(x, [0, 0, 0, 0], right.shape);
    const of = (tensor: tf.Tensor): number => tensor.dataSync()[0];
    return {
      low: of(tf.min(x)),
      high: of(tf.max(x)),
      mean: of(tf.mean(x)),
      deviation: of(tf.sqrt(tf.moments(x).variance)),
      detail: of(tf.mean(tf.abs(tf.sub(right, left)))),
      colour: of(tf.mean(tf.sub(tf.max(x, 3), tf.min(x, 3)))),
    };
  });
}

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings<ViewsSettings>;
const {name, device, version} = await useBackend();
const batches = await openViews(settings, settings);
let made = 0;

/** Makes `count` batches and hands back the last; the others are freed. */
async function make(count: number): Promise<Views> {
  let last: Views | undefined;
  for await (const views of batches(made, count)) {
    if (last) disposeViews(last);
    last = views;
    made++;
  }
  if (last === undefined) throw new Error('bench: no views were made.');
  await tf.tidy(() => tf.max(tf.slice(last.second, 0, 1))).data(); // the device has made them all
  return last;
}

const sample = await make(1);
const [images, ...size] = sample.first.shape;
const facts = {views: images + sample.second.shape[0], size: size.join(' x '), type: sample.first.dtype};
disposeViews(sample);

await serve(
  {
    contestant: `Contrastive on ${name} ${version}`,
    device,
    facts,
    run: async count => {
      const views = await make(count);
      return () => {
        const figures = figuresOf(views);
        disposeViews(views);
        return figures;
      };
    },
  },
  settings.warmup,
);
process.exit();
