import {augmentation, colorJitter, randomResizedCrop, toImages} from '@contrastive/augment';
import {readImages, subset, twoViews, type Source} from '@contrastive/data';
import {fashionMnist} from '@contrastive/image-files';
import {extractFeatures, knn, type Features} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import {toOnnx} from '@contrastive/weights';
import * as ort from 'onnxruntime-web';
import {expect, test} from 'vitest';

ort.env.wasm.numThreads = 1; // threads would outlive the test

const [BANK, QUERIES, BATCH] = [2000, 1000, 250];

/** How much of the accuracy a way to keep kernels may cost. */
const mostLost = {fp32: 0.001, fp16: 0.003, int8: 0.01};

/** Features of the first images of a source, as an ONNX network gives them; the images are in [0, 1]. */
async function featuresBy(bytes: Uint8Array, source: Source): Promise<Features> {
  const session = await ort.InferenceSession.create(bytes);
  const parts: number[][] = [];
  for (let start = 0; start < source.length; start += BATCH) {
    const indices = Int32Array.from({length: BATCH}, (_, i) => start + i);
    const {bytes: pixels, shape} = await readImages(source, indices);
    const images = toImages(pixels, shape);
    const [count, height, width, channels] = shape; // one channel: the order of the axes makes no difference
    const input = new ort.Tensor('float32', await images.data<'float32'>(), [count, channels, height, width]);
    images.dispose();
    const {features} = await session.run({pixel_values: input});
    parts.push(Array.from(features.data as Float32Array));
  }
  await session.release();
  const data = Float32Array.from(parts.flat());
  return {data, rows: source.length, columns: data.length / source.length, labels: source.labels};
}

test('what fp16 and int8 cost an encoder that was trained', async () => {
  const images = await fashionMnist();
  const encoder = resnet({depths: [1, 1, 1], width: 16, stem: 'cifar', inputShape: [28, 28, 1], seed: 1});
  const method = simclr({encoder, head: simclrHead(encoder, {seed: 1}), loss: ntXent({temperature: 0.2})});
  const augment = augmentation([
    randomResizedCrop({size: 28, area: [0.2, 1], flip: 0.5}),
    colorJitter({brightness: 0.4, contrast: 0.4}),
  ]);
  const views = twoViews(images, {augment, batchSize: 256, seed: 1, epochs: 1});
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 5e-4});
  const learningRate = warmupCosine({base: 0.12, steps: views.steps, warmupSteps: 4});
  for await (const {loss} of train({method, views, optimizer, learningRate})) expect(loss).toBeLessThan(10);

  const some = (source: Source, length: number) =>
    subset(
      source,
      Int32Array.from({length}, (_, i) => i),
    );
  const [bank, queries] = [some(images, BANK), some(await fashionMnist({split: 'test'}), QUERIES)];
  const ours = await knn(await extractFeatures(encoder, bank), await extractFeatures(encoder, queries), {k: 20});
  console.log(`TensorFlow.js: ${ours.accuracy}`);
  for (const [dtype, lost] of Object.entries(mostLost)) {
    const bytes = await toOnnx(encoder, {dtype: dtype as keyof typeof mostLost});
    const {accuracy} = await knn(await featuresBy(bytes, bank), await featuresBy(bytes, queries), {k: 20});
    console.log(`${dtype}: ${accuracy}, ${bytes.length} bytes`);
    expect(accuracy).toBeGreaterThanOrEqual(ours.accuracy - lost - 0.5 / QUERIES);
  }
  expect(ours.accuracy).toBeGreaterThan(0.6);
});
