import {twoViews, type Source, type StreamSource} from '@contrastive/data';
import type {Communicator} from '@contrastive/layers';
import {train} from '@contrastive/train';
import type {Output} from '../../output/output.js';
import {bytes, count, duration} from '../../output/words.js';
import type {Configuration} from './configuration.js';
import type {Trainee} from './trainee.js';

/** Steps that are timed, after those in which memory is first touched and kernels are first loaded. */
const [WARM, TIMED] = [2, 4];

/** Seconds as an estimate has them: whole minutes from ten on, tens of seconds from one. */
const rounded = (seconds: number): number => {
  const unit = seconds >= 600 ? 60 : seconds >= 60 ? 10 : 1;
  return unit * Math.max(1, Math.round(seconds / unit));
};

/** Times a few steps and says how many the run has, and what memory and time to expect; nothing is written. */
export async function dryRun(
  {batch, microBatch, seed, epochs, steps: given}: Configuration,
  source: Source | StreamSource,
  {method, optimizer, encoder, augment}: Trainee,
  communicator: Communicator,
  output: Output,
): Promise<void> {
  const length = epochs === undefined ? {steps: given} : {epochs};
  const asBytes = microBatch !== undefined;
  const {steps} = twoViews(source, {augment, batchSize: batch, seed, ...length});
  const few = {asBytes, steps: WARM + TIMED, ranks: communicator};
  const views = twoViews(source, {augment, batchSize: batch, seed, ...few});
  const micro = microBatch === undefined ? {} : {microBatch};
  let began = performance.now();
  for await (const {step} of train({method, optimizer, communicator, views, seed, learningRate: 1e-6, ...micro}))
    if (step === WARM - 1) began = performance.now();
  const secondsPerStep = (performance.now() - began) / 1000 / TIMED;
  const memory = process.resourceUsage().maxRSS * 1024;
  const parameters = encoder.countParams();
  output.say(
    `A dry run: nothing was written.\n` +
      `  encoder  ${count(parameters)} weights\n` +
      `  steps    ${count(steps)} of ${batch} images, ${secondsPerStep.toPrecision(2)} s each ` +
      `(${TIMED} were timed)\n` +
      `  time     about ${duration(rounded(steps * secondsPerStep))}\n` +
      `  memory   peak so far: ${bytes(memory)}`,
  );
  output.record({event: 'dry-run', steps, batch, secondsPerStep, seconds: steps * secondsPerStep, memory, parameters});
}
