/**
 * How many images a second `contrastive embed` makes features of, beside the bare encoder on images that are already
 * prepared, and beside decoding alone; and what the cores would allow, were nothing lost by doing both at once:
 * `node testing/programs/embed-times.mjs [IMAGES]`. CONTRASTIVE_BACKEND says where it computes.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {evalAugment, toImages} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {readImages} from '@contrastive/data';
import {imageFolder} from '@contrastive/image-files';
import {extractFeatures} from '@contrastive/linear-probe';
import {resnet18, resnet50} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

const images = Number(process.argv[2] ?? 256);

/** Images that go through the encoder together, as in the command. */
const BATCH = 64;

/** Photographs' size, as in ImageNet. */
const [WIDTH, HEIGHT] = [500, 375];

const folder = mkdtempSync(join(tmpdir(), 'embed-times-'));

/** Pictures that compress about as photographs do. */
async function write() {
  for (let i = 0; i < images; i++) {
    const pixels = Uint8Array.from({length: WIDTH * HEIGHT * 3}, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % WIDTH, Math.floor(at / 3 / WIDTH)];
      return 128 + 60 * Math.sin((i + 3) * 0.01 * x + 0.02 * y * (at % 3)) + 20 * Math.sin(1.7 * x + 2.3 * y + i);
    });
    const raw = {width: WIDTH, height: HEIGHT, channels: 3};
    writeFileSync(join(folder, `${i}.jpg`), await sharp(pixels, {raw}).jpeg({quality: 90}).toBuffer());
  }
}

/** Seconds that an action takes, and seconds of all cores. */
async function timed(action) {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await action();
  const {user, system} = process.cpuUsage(used);
  return {seconds: (performance.now() - began) / 1000, cores: (user + system) / 1e6};
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  const {name} = await useBackend();
  await write();
  const source = await imageFolder(folder);
  for (const [called, make, size] of [
    ['ResNet-18, 64 pixels', resnet18, 64],
    ['ResNet-18, 224 pixels', resnet18, 224],
    ['ResNet-50, 224 pixels', resnet50, 224],
  ]) {
    const encoder = make({inputShape: [size, size, 3], seed: 1});
    const augment = evalAugment({size});
    const batches = Array.from({length: Math.ceil(images / BATCH)}, (_, i) =>
      Array.from({length: Math.min(BATCH, images - i * BATCH)}, (_, at) => i * BATCH + at),
    );
    const ready = [];
    for (const batch of batches) ready.push(await readImages(source, batch, augment));
    const actions = {
      encoder: async () => {
        for (const {bytes, shape} of ready) {
          const features = tf.tidy(() => encoder.apply(toImages(bytes, shape), {training: false}));
          await features.data();
          features.dispose();
        }
      },
      decoding: async () => {
        let next = readImages(source, batches[0], augment);
        for (const batch of [...batches.slice(1), undefined]) {
          const current = next;
          if (batch) next = readImages(source, batch, augment);
          await current;
        }
      },
      embed: async () => {
        await extractFeatures(encoder, source, {batchSize: BATCH});
      },
    };
    await actions.encoder(); // kernels are loaded, memory is touched
    const turns = {encoder: [], decoding: [], embed: []};
    for (let turn = 0; turn < 3; turn++)
      for (const [action, times] of Object.entries(turns)) times.push(await timed(actions[action]));
    const of = (action, kind) => median(turns[action].map(times => times[kind]));
    const rate = action => (images / of(action, 'seconds')).toFixed(1);
    const each = action => ((1000 * of(action, 'cores')) / images).toFixed(1);
    const [encoding, decoding] = [of('encoder', 'cores'), of('decoding', 'cores')];
    console.log(
      `${called}, on ${name}: ${rate('encoder')} images/s of the encoder alone, ${rate('embed')} of ${WIDTH} × ` +
        `${HEIGHT} JPEG files, ${(of('encoder', 'seconds') / of('embed', 'seconds')).toFixed(2)} ×; decoding alone ` +
        `${rate('decoding')}. Of the cores an image takes ${each('encoder')} ms to encode, ${each('decoding')} to ` +
        `decode, ${each('embed')} for both: at best ${(encoding / (encoding + decoding)).toFixed(2)} × where the ` +
        `encoder has all cores; load ${loadavg()[0].toFixed(1)}`,
    );
    encoder.dispose();
  }
  await source.close();
} finally {
  rmSync(folder, {recursive: true});
}
