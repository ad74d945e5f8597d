/**
 * How long checkpoints of a ResNet-50 hold a run up, how long they take to be written beside it, and how soon a resumed
 * run does its first step: `node testing/programs/checkpoint-times.mjs`.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {clearInterval, setInterval} from 'node:timers';
import {fileURLToPath} from 'node:url';
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {fromArrays, twoViews} from '@contrastive/data';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet50} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {openRun} from '@contrastive/train/node';

const [size, batchSize, saveEvery, steps, seed] = [64, 8, 10, 50, 1];
const [folder = ''] = process.argv.slice(2);

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = milliseconds => `${(milliseconds / 1000).toFixed(2)} s`;

/** One run of so many steps, in a process of its own. */
async function measured() {
  await useBackend();
  const pixels = Uint8Array.from({length: 64 * size * size * 3}, (_, i) => (i * 7919 + (i % 251) * 31) % 256);
  const images = fromArrays({images: pixels, height: size, width: size, channels: 3});
  const encoder = resnet50({inputShape: [size, size, 3], seed});
  const method = simclr({encoder, head: simclrHead(encoder, {seed})});
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 1e-4});

  const opened = performance.now();
  const run = await openRun(folder, {method, optimizer, resume: true, saveEvery});
  const {startStep = 0} = run.resume;
  const to = startStep + steps;
  const augment = simclrAugment({size});
  const views = twoViews(images, {augment, batchSize, seed, steps: to, ...run.resume});
  const [plain, saving, written] = [[], [], []];
  let [last, saved, path] = [performance.now(), 0, ''];
  const look = setInterval(() => {
    if (path === '' || !existsSync(path)) return;
    written.push(performance.now() - saved);
    path = '';
  }, 10);
  for await (const {step} of run.train({views, learningRate: 0.01, seed})) {
    const now = performance.now();
    if (step === startStep) {
      const [sinceStart, sinceOpened] = [performance.now(), now - opened].map(seconds);
      console.log(`First step ${sinceStart} after the program's start, ${sinceOpened} after openRun began`);
    } else if ((step + 1) % saveEvery === 0) {
      saving.push(now - last);
      [saved, path] = [last, join(folder, 'checkpoints', `step-${String(step + 1).padStart(8, '0')}`)];
    } else plain.push(now - last);
    last = performance.now();
  }
  await run.close();
  clearInterval(look);
  const step = median(plain);
  console.log(
    `A step ${seconds(step)}; one that saves ${seconds(median(saving) - step)} more (at most ` +
      `${seconds(Math.max(...saving) - step)}); written ${seconds(median(written) - step)} after it (at most ` +
      `${seconds(Math.max(...written) - step)})`,
  );
}

if (folder === '') {
  const root = mkdtempSync(join(tmpdir(), 'checkpoint-times-'));
  try {
    for (const what of ['A new run:', 'Resumed:']) {
      console.log(what);
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), root], {stdio: 'inherit'});
    }
  } finally {
    rmSync(root, {recursive: true});
  }
} else await measured();
