import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {fromArrays, twoViews} from '@contrastive/data';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet50} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import {saveCheckpoint, loadCheckpoint, latestCheckpoint} from '@contrastive/train/node';
await useBackend();
const t00 = performance.now();
const images = fromArrays({
  images: new Uint8Array(64 * 64 * 64 * 3).map((_, i) => i % 251),
  height: 64,
  width: 64,
  channels: 3,
});
const encoder = resnet50({inputShape: [64, 64, 3]});
const method = simclr({encoder, head: simclrHead(encoder)});
const optimizer = sgd(method.parameters, {momentum: 0.9});
const folder = '/tmp/w/rn50/c';
const latest = await latestCheckpoint(folder);
const t0 = performance.now();
let resume = {};
if (latest) {
  ({resume} = await loadCheckpoint(latest, {method, optimizer}));
  console.log('latest', (t0 - t00).toFixed(0), 'load ms', (performance.now() - t0).toFixed(0));
}
const views = twoViews(images, {augment: simclrAugment({size: 64}), batchSize: 8, seed: 1, steps: 14, ...resume});
let last = performance.now();
let saving;
for await (const record of train({method, optimizer, views, learningRate: 0.01})) {
  const now = performance.now();
  console.log(
    record.step,
    'step ms',
    (now - last).toFixed(0),
    record.step === (resume.startStep ?? 0) ? `first step ${(now - t00).toFixed(0)}` : '',
  );
  if (record.step === 3 || record.step === 8) {
    const a = performance.now();
    const c0 = process.cpuUsage();
    saving = saveCheckpoint(folder, {method, optimizer, record}).then(() =>
      console.log('saved after', (performance.now() - a).toFixed(0)),
    );
    const c = process.cpuUsage(c0);
    console.log('blocked', (performance.now() - a).toFixed(0), 'cpu', c.user / 1000, c.system / 1000);
  }
  last = performance.now();
}
await saving;
