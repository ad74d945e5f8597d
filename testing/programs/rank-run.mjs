/**
 * A run of several ranks that may come to grief: `node rank-run.mjs FOLDER SETTINGS`, the settings as JSON. One rank
 * fails after a step: it kills itself, throws or hangs. Rank 0 prints a line a step.
 */
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {fromArrays, twoViews} from '@contrastive/data';
import {connect} from '@contrastive/distributed';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {projectionHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {openRun} from '@contrastive/train/node';

const [folder, text] = process.argv.slice(2);
const {steps, batch = 12, failing, failsAfter, how, resume = false, deadline = 60} = JSON.parse(text);
const communicator = await connect({deadline});
await useBackend();
const [seed, size] = [5, 16];
const images = fromArrays({
  images: Uint8Array.from({length: 48 * size * size * 3}, (_, i) => (i * 7919 + (i % 251) * 31) % 256),
  height: size,
  width: size,
  channels: 3,
});
const encoder = resnet({depths: [1, 1], width: 8, stem: 'cifar', inputShape: [size, size, 3], seed});
const head = projectionHead({inputDim: 16, outputDim: 8, seed});
const method = moco({encoder, head, queueSize: 24, keyMomentum: 0.9, seed});
const optimizer = sgd(method.parameters, {momentum: 0.9});
const run = await openRun(folder, {method, optimizer, communicator, resume, saveEvery: 2, configuration: {seed}});
const views = twoViews(images, {
  augment: simclrAugment({size}),
  batchSize: batch,
  seed,
  steps,
  ...run.resume,
  ranks: communicator,
});

const failures = {
  kill: () => process.kill(process.pid, 'SIGKILL'),
  throw: () => {
    throw new Error(`rank ${communicator.rank} has had enough`);
  },
  'throw everywhere': () => {
    throw new Error('all have had enough');
  },
  hang: () => {
    for (;;);
  },
  signal: () => process.kill(process.pid, 'SIGTERM'),
};
let code = 0;
try {
  for await (const {step, loss} of run.train({views, seed, learningRate: 0.02, timing: false})) {
    if (communicator.rank === 0) console.log(`step ${step} ${loss}`);
    if (step === failsAfter && (failing === communicator.rank || failing === 'all')) failures[how]();
  }
} catch (error) {
  if (error.exitCode === undefined) throw error; // else a signal stopped the run, which is saved
  code = error.exitCode;
}
await run.close();
process.exit(code);
