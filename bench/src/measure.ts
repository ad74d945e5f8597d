import {mkdtemp, rm} from 'node:fs/promises';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {startContestant, type Command, type Contestant} from './contestant.js';
import {duel, type Outcome, type Turns} from './duel.js';
import type {FoundPython} from './find-python.js';
import {paintImages} from './paint.js';
import {paintFeatures} from './paint-features.js';
import type {Absent, Ready} from './protocol.js';
import type {Row} from './rows.js';
import {
  alikeViews,
  anyLosses,
  fallingLoss,
  fallingLossOfBfloat16,
  finishedFits,
  sameLosses,
  sameOptimum,
  samePredictions,
} from './rules.js';
import {inSmallBatches, isProbe, isStep, tiny, type ContestantSettings, type Settings} from './settings.js';

/** How rows are measured. */
export interface MeasureOptions {
  /** The Python that runs PyTorch, or why there is none. */
  readonly python: FoundPython;
  /** Turns of each contestant. */
  readonly repeats: number;
  /** Tiny networks and batches, one timed step a turn. */
  readonly quick: boolean;
  /** Kills the contestants. */
  readonly signal: AbortSignal;
}

const warmupSteps = 3;
const stepsPerTurn = 3;

/** A file of this package's build, or of its Python sources, which lie beside it. */
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const script = (name: string): Command => [process.execPath, file(`./${name}.js`)];

/** How our process is started for these settings. */
const oursFor = (settings: Settings): Command =>
  script(isStep(settings) ? 'ours' : isProbe(settings) ? 'probe' : 'views');

/** How the peer's process is started, or why it is not. */
function peerFor({peer, settings}: Row, python: FoundPython): Command | Absent {
  if (peer === 'fixed-views' || peer === 'small-batches') return oursFor(settings);
  if (peer === 'tfjs-stock') return script('stock');
  if ('reason' in python) return {event: 'absent', reason: python.reason};
  const peerScript = isStep(settings) ? `${settings.method}_step` : isProbe(settings) ? 'probe' : 'views';
  return [python.python, file(`../python/${peerScript}.py`)];
}

/** One fit or vote a turn: they take seconds. */
const once = {steps: 1, units: 1} as const;

/** What is timed in a turn, and what must be the same. */
function turnOf(settings: Settings, peer: Row['peer']): Omit<Turns, 'repeats'> {
  if (settings.method === 'views') return {steps: settings.batches, units: 2 * settings.batchSize, rules: alikeViews};
  if (settings.method === 'neighbours') return {...once, rules: samePredictions};
  if (settings.method === 'logistic') {
    const {l2Grid} = settings;
    return l2Grid ? {...once, peerUnits: 1 / l2Grid.length, rules: finishedFits} : {...once, rules: sameOptimum};
  }
  if (peer === 'small-batches') return {steps: 1, units: 1, rules: anyLosses}; // of other batches
  if (settings.method === 'moco') return {steps: stepsPerTurn, units: 1, rules: sameLosses};
  const onOneBatch = peer === 'pytorch-bf16' ? fallingLossOfBfloat16 : fallingLoss;
  const rules = settings.views ? anyLosses : onOneBatch;
  return {steps: stepsPerTurn, units: 1, rules};
}

/** The images that the row reads, where it reads any. */
const imagesOf = (settings: Settings) =>
  settings.method === 'views' ? settings : settings.method === 'simclr' ? settings.views : undefined;

/** What a peer runs. */
function settingsOfPeer(peer: Row['peer'], settings: Settings): Settings {
  if (!isStep(settings)) return settings;
  if (peer === 'small-batches') return inSmallBatches(settings);
  return peer === 'fixed-views' && settings.method === 'simclr' ? {...settings, views: undefined} : settings;
}

/** Measures one row. */
export async function measure(row: Row, {python, repeats, quick, signal}: MeasureOptions): Promise<Outcome> {
  const settings = quick ? tiny<Settings>(row.settings) : row.settings;
  const turn = turnOf(settings, row.peer);
  const command = peerFor(row, python);
  const directory = await mkdtemp(join(tmpdir(), 'contrastive-bench-'));
  try {
    const images = imagesOf(settings);
    if (images) await paintImages(directory, images, signal);
    if (isProbe(settings)) await paintFeatures(directory, settings);
    const precision = row.peer === 'pytorch-bf16' ? 'bfloat16' : 'float32';
    const threads = availableParallelism();
    const start = (program: Command, own: Settings, device: Ready['device']): Contestant =>
      startContestant(
        program,
        {
          ...own,
          warmup: isProbe(settings) ? 1 : warmupSteps,
          threads,
          precision,
          device,
          directory,
        } satisfies ContestantSettings<Settings>,
        signal,
      );
    const peerSettings = settingsOfPeer(row.peer, settings);
    return await duel(
      () => start(oursFor(settings), settings, 'cpu'),
      'event' in command ? command : device => start(command, peerSettings, device),
      {...turn, repeats, ...(quick && {steps: 1})},
    );
  } finally {
    await rm(directory, {recursive: true, force: true});
  }
}
