import {availableParallelism} from 'node:os';
import {basename, join, resolve} from 'node:path';
import {twoViews} from '@contrastive/data';
import {connect, letFirstTell, type Ranks} from '@contrastive/distributed';
import {cosine, warmupCosine, type Schedule} from '@contrastive/optim';
import {openRun, RunStopped} from '@contrastive/train/node';
import {checkExport, exportEncoder} from '@contrastive/weights/node';
import {shell} from '../../escape/shell.js';
import {printable} from '../../escape/terminal.js';
import {startBackend} from '../../output/compute.js';
import {quiet, type Output} from '../../output/output.js';
import type {Progress} from '../../output/progress.js';
import {tellBad} from '../../output/tell-bad.js';
import {count, counted, duration} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import {typed} from '../../program/invoked-as.js';
import {flagOf} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {chanceLoss} from '../../run/chance-loss.js';
import {checkFree, LAYOUT, reserved, writeConfiguration} from '../../run/run-folder.js';
import {networkText, writeNetwork} from '../../run/saved-network.js';
import {version} from '../../run/version.js';
import type {Choice, Configuration, Told} from './configuration.js';
import {dryRun} from './dry-run.js';
import {nextSteps, trainLonger} from './next-steps.js';
import {listsOfAll} from './of-all.js';
import {complete, look, withSaved, type Ready, type Seen} from './prepare.js';
import {createTrainee, type Trainee} from './trainee.js';

const where = 'contrastive pretrain';

/** The learning rate of each step: SimCLR warms up, both end at 0. */
function scheduleOf({method, learningRate: base}: Configuration, steps: number): Schedule {
  const warmupSteps = Math.floor(0.05 * steps);
  return method === 'simclr' && warmupSteps > 0 ? warmupCosine({base, steps, warmupSteps}) : cosine({base, steps});
}

function tellChoices(choices: readonly Choice[], output: Output): void {
  for (const {setting, value, because} of choices) {
    output.say(`  ${flagOf(setting)} ${printable(String(value))}: ${because}`);
    output.record({event: 'default', setting, value, because});
  }
}

/** Trains until the end, or until a signal; what was reached is saved. */
async function trainRun(
  {data: spec = 'DATA', out, resume = false}: Told,
  {data, configuration}: Ready,
  {method, optimizer, encoder, augment}: Trainee,
  communicator: Ranks,
  output: Output,
): Promise<void> {
  const {batch, microBatch, seed, saveEvery, epochs, steps: given} = configuration;
  const trained = {method, optimizer, communicator};
  const run = await openRun(out, {...trained, configuration: {...configuration}, resume, saveEvery});
  const began = performance.now();
  let progress: Progress | undefined;
  let [steps, from] = [0, 0];
  let last: number | undefined;
  try {
    const length = epochs === undefined ? {steps: given} : {epochs};
    const asBytes = microBatch !== undefined;
    const how = {asBytes, ...length, ...run.resume, ranks: communicator};
    const views = twoViews(data.source, {augment, batchSize: batch, seed, ...how});
    steps = views.steps;
    from = run.loaded?.resume.startStep ?? 0;
    if (from > 0) output.say(`Going on after step ${from} of ${steps}.`);
    progress = output.progress({about: 'Training', total: steps, from, unit: 'steps', each: batch, rateUnit: 'images'});
    const learningRate = scheduleOf(configuration, steps);
    const options = {views, learningRate, seed, metricsEvery: 10, ...(microBatch !== undefined && {microBatch})};
    for await (const {step, loss} of run.train(options)) {
      progress.update(step + 1, `loss ${loss.toFixed(3)}`);
      last = loss;
    }
  } catch (error) {
    throw error instanceof RunStopped ? goOn(error, out) : error;
  } finally {
    progress?.stop();
    await run.close();
  }
  if (communicator.rank > 0) return;
  // An encoder goes to others, who have no use for the paths of this machine.
  const kept = Object.entries(configuration).filter(([key]) => key !== 'data');
  const metadata = {...Object.fromEntries(kept), encoder: basename(configuration.encoder)};
  await exportEncoder(encoder, join(out, LAYOUT.encoder), {overwrite: true, metadata});
  const seconds = (performance.now() - began) / 1000;
  output.record({event: 'trained', run: out, steps, seconds, encoder: join(out, LAYOUT.encoder)});
  const place = printable(join(out, LAYOUT.encoder));
  const all = from > 0 ? ` more, ${count(steps)} in all,` : '';
  if (steps === from) output.say(trainLonger(out));
  else
    output.say(`Trained ${counted(steps - from, 'step')}${all} in ${duration(seconds)}. The encoder is in ${place}.`);
  const chance = chanceLoss(configuration);
  if (last !== undefined && chance !== undefined) {
    output.say(
      `The loss of the last step is ${last.toFixed(2)}; where all views look alike it is ${chance.formula} = ` +
        `${chance.value.toFixed(2)}.`,
    );
  }
  output.say(nextSteps(out, spec, data));
}

/** The same for people: what goes on with the run. */
const goOn = (stopped: RunStopped, out: string): Error =>
  Object.assign(
    new Error(
      `${where}: ${stopped.signal} stopped the run after a whole step, and everything is saved; go on with: ` +
        typed(`contrastive pretrain --resume --out ${shell(out)}`),
      {cause: stopped},
    ),
    {exitCode: stopped.exitCode},
  );

/** What rank 0 has of something that is plain data. */
const ofFirst = async <T>(communicator: Ranks, value: T): Promise<T> =>
  JSON.parse(await communicator.broadcastText(JSON.stringify(value))) as T;

/** Ranks of one machine share its cores to decode images too. */
const sharingCores = ({workers, ...told}: Told, {localSize}: Ranks): Told => {
  if (workers === undefined && localSize === 1) return told;
  return {...told, workers: workers ?? Math.max(1, Math.floor(availableParallelism() / localSize))};
};

/** Throws unless all ranks see as many images: by them each knows which are its own. */
async function checkSameImages(communicator: Ranks, {images: {length = 0}}: Seen): Promise<void> {
  const {least, most} = await communicator.extremes([length]);
  if (least[0] === most[0]) return;
  throw new UsageError(
    `${where}: expected the same images as DATA on all machines, got ${least[0]} on one and ${most[0]} on another; ` +
      'give each the same files.',
  );
}

/** Learns an encoder from images without labels; under `mpirun` one of several processes that do. */
export async function pretrain(given: Told, context: Context): Promise<void> {
  try {
    await pretrainTogether(given, await connect(), context);
  } catch (error) {
    letFirstTell();
    throw error;
  }
}

async function pretrainTogether(given: Told, communicator: Ranks, {output: whole}: Context): Promise<void> {
  const first = communicator.rank === 0; // which alone reads and writes the folder of the run, and tells
  const output = first ? whole : quiet(whole);
  const told = sharingCores(await ofFirst(communicator, first ? await withSaved(given) : given), communicator);
  const {out, resume, dryRun: dry} = told;
  const {data: spec} = told;
  if (spec === undefined)
    throw new UsageError(`${where}: expected the images as DATA, got none; see ${typed(`${where} --help`)}.`);
  if (told.epochs !== undefined && told.steps !== undefined)
    throw new UsageError(`${where}: expected --epochs or --steps, got both; give one.`);
  const work = async (): Promise<void> => {
    if (!dry && first) await checkExport(join(out, LAYOUT.encoder), {overwrite: true});
    const seen = await look({...told, data: spec});
    let ready: Ready | undefined;
    try {
      const backend = await startBackend(told.backend, output);
      const {size, library = ''} = communicator;
      output.say(`Learning from ${printable(spec)} on ${backend.name} (${backend.device}).`);
      if (size > 1) output.say(`  ${size} processes share each batch, by ${library}`);
      await checkSameImages(communicator, seen);
      ready = await complete({...told, data: spec}, seen, backend.device, communicator);
      const configuration = await ofFirst(communicator, ready.configuration);
      tellChoices(ready.choices, output);
      const network = ready.weights && networkText(ready.weights);
      const trainee = createTrainee(configuration, ready.weights, size);
      try {
        if (dry) {
          await dryRun(configuration, ready.data.source, trainee, communicator, output);
          return;
        }
        if (!resume && first) {
          if (network !== undefined) await writeNetwork(out, network);
          await writeConfiguration(out, {...configuration, out: resolve(out)}, version());
        }
        await trainRun(told, {...ready, configuration}, trainee, communicator, output);
        tellBad(await listsOfAll(communicator, ready.data.source.bad), output);
      } finally {
        trainee.dispose();
      }
    } finally {
      await (ready?.data ?? seen.opened).source.close();
    }
  };
  if (!resume && !dry && first) checkFree(where, out);
  await (dry || !first ? work() : reserved(where, out, work));
}
