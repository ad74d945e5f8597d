/**
 * How many images a second `contrastive embed` makes features of, beside the bare encoder on images that are already
 * prepared: `node testing/programs/embed-times.mjs [IMAGES]`. CONTRASTIVE_BACKEND says where it computes.
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

/** Images a second of an action on so many. */
async function rate(count, action) {
  const began = performance.now();
  await action();
  return (1000 * count) / (performance.now() - began);
}

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
    const indices = Array.from({length: BATCH}, (_, i) => i % images);
    const {bytes, shape} = await readImages(source, indices, evalAugment({size}));
    const bare = async () => {
      for (let done = 0; done < images; done += BATCH) {
        const features = tf.tidy(() => encoder.apply(toImages(bytes, shape), {training: false}));
        await features.data();
        features.dispose();
      }
    };
    const embed = async () => {
      await extractFeatures(encoder, source, {batchSize: BATCH});
    };
    await bare(); // kernels are loaded, memory is touched
    const whole = BATCH * Math.ceil(images / BATCH);
    const turns = [];
    for (let turn = 0; turn < 3; turn++) turns.push([await rate(whole, bare), await rate(images, embed)]);
    const [alone, from] = [0, 1].map(which => turns.map(turn => turn[which]).toSorted((a, b) => a - b)[1]);
    console.log(
      `${called}, on ${name}: ${alone.toFixed(1)} images/s of the encoder alone, ${from.toFixed(1)} of ` +
        `${WIDTH} × ${HEIGHT} JPEG files, ${(from / alone).toFixed(2)} ×; load ${loadavg()[0].toFixed(1)}`,
    );
    encoder.dispose();
  }
  await source.close();
} finally {
  rmSync(folder, {recursive: true});
}
