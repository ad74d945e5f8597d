/**
 * Computes, so that the page stays alive: reads images, trains, looks, saves. What it hears and tells is typed in
 * messages.ts.
 */
import {useBackend} from '@contrastive/backend';
import type {Source} from '@contrastive/data';
import {toSafetensors} from '@contrastive/weights';
import * as tf from '@tensorflow/tfjs-core';
import type {ImagesRead, News, Order} from '../messages.js';
import type {PageBackend, Settings} from '../settings.js';
import {createControl} from './control.js';
import {readFiles} from './decode.js';
import {createLook, spread} from './look.js';
import {readPictures} from './pictures.js';
import {fetchSample} from './sample.js';
import {createTraining, type Training} from './training.js';
import {wasmPaths} from './wasm-paths.js';

/** Looks in the course of a training. */
const LOOKS = 20;

/** Pictures that show what was read. */
const SOME = 12;

let images: Source | undefined;
let training: (Training & {readonly settings: Settings}) | undefined;
let control = createControl();

const tell = (news: News): void => {
  postMessage(news);
};

async function open(backend: PageBackend | undefined): Promise<void> {
  const {name, threads, note} = await useBackend(backend, {wasmPaths});
  tell({kind: 'ready', backend: name as PageBackend, threads, ...(note !== undefined && {note})}); // those of browsers
}

/** Takes images for the next training. */
async function take(source: Source | undefined, rest: Pick<ImagesRead, 'side' | 'leftOut'>): Promise<void> {
  images = source;
  const {length = 0, channels = 3, classNames = []} = source ?? {};
  const some = source ? await readPictures(source, spread(length, SOME)) : [];
  tell({kind: 'images', read: {images: length, channels, classNames, some, ...rest}});
}

/** Trains to the end, or until it is stopped, and tells of it. */
async function learn(source: Source, settings: Settings): Promise<void> {
  training?.dispose();
  training = undefined; // also where what follows throws
  control = createControl();
  training = {...createTraining(source, settings), settings};
  const {encoder, records} = training;
  tell({kind: 'started', weights: encoder.countParams()});
  const look = await createLook(source, training, settings.seed);
  tell({kind: 'look', look: await look(0)});

  const every = Math.max(1, Math.round(settings.steps / LOOKS));
  let [done, looked] = [0, 0]; // steps
  let asked = performance.now();
  for await (const {step, loss, metrics, remark} of records) {
    done = step + 1;
    const {numTensors: tensors} = tf.memory();
    const accuracy = metrics && {accuracy: metrics.contrastiveAccuracy};
    const seconds = (performance.now() - asked) / 1000;
    tell({
      kind: 'step',
      done: {step: done, loss, seconds, tensors, ...accuracy, ...(remark !== undefined && {remark})},
    });
    if (done % every === 0) {
      tell({kind: 'look', look: await look(done)});
      looked = done;
    }
    if (control.paused) tell({kind: 'paused'});
    if (!(await control.mayGoOn())) break;
    asked = performance.now();
  }
  if (looked < done) tell({kind: 'look', look: await look(done)});
  tell({kind: 'ended', step: done});
}

/** The encoder as a file, with how it was trained; between two steps. */
async function save(): Promise<void> {
  if (!training) throw new Error('There is no encoder yet: train one.');
  const {encoder, settings} = training;
  const metadata = {...encoder.getUserDefinedMetadata(), ...settings};
  tell({kind: 'saved', bytes: await toSafetensors(encoder, {metadata})});
}

async function follow(order: Order): Promise<void> {
  switch (order.kind) {
    case 'open':
      return open(order.backend);
    case 'read': {
      const {source, ...rest} = await readFiles(order.files, (done, total) => {
        tell({kind: 'reading', done, total});
      });
      return take(source, rest);
    }
    case 'sample': {
      const source = await fetchSample(order.url);
      return take(source, {side: Math.min(...(source.size ?? [])), leftOut: []});
    }
    case 'train':
      if (!images) throw new Error('There are no images yet: give some.');
      return learn(images, order.settings);
    case 'save':
      return save();
    default:
      control[order.kind]();
  }
}

addEventListener('message', ({data}: MessageEvent<Order>) => {
  follow(data).catch((error: unknown) => {
    tell({kind: 'failed', of: data.kind, message: error instanceof Error ? error.message : String(error)});
  });
});
