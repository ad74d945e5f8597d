import {count, duration} from '@contrastive/example';
import {sgd} from '@contrastive/optim';
import {train} from '@contrastive/train';
import type {Column} from './column.js';
import type {Pictures} from './pictures.js';
import type {Settings} from './settings.js';
import {kinds, type Kind} from './starts.js';
import {trained, training, type Trained} from './trainings.js';

/** Steps that are timed of each training, after some that are slower. */
const [FIRST, TIMED] = [3, 6];

/** What is measured with a seed: starts with their columns. */
interface Round {
  readonly seed: number;
  readonly parts: readonly {readonly kind: Kind; readonly columns: readonly Column[]}[];
}

/** All that is to be measured, seed by seed. */
export function roundsOf(seeds: readonly number[], columns: readonly Column[]): readonly Round[] {
  return seeds.map((seed, i) => ({
    seed,
    parts: kinds.map(kind => ({kind, columns: columns.filter(({has}) => has(kind, i === 0))})),
  }));
}

/** How long a training is. */
interface Timing {
  readonly steps: number;
  readonly secondsPerStep: number;
}

/** Times a few steps of a training, whose results are thrown away. */
async function timed(kind: Trained, {whole}: Pictures, settings: Settings): Promise<Timing> {
  const {encoder, method, steps, viewsOf, dispose} = training(kind, whole, settings, 0);
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  try {
    const times: number[] = [];
    for await (const {step} of train({method, optimizer, views: viewsOf(), learningRate: 0.01})) {
      times.push(performance.now());
      if (step + 1 === FIRST + TIMED) break;
    }
    const counted = times.slice(Math.min(FIRST, times.length - 2));
    return {steps, secondsPerStep: (counted[counted.length - 1] - counted[0]) / 1000 / (counted.length - 1)};
  } finally {
    optimizer.dispose();
    dispose();
    encoder.dispose();
  }
}

/** What is to come, in lines for the terminal: how many trainings and measurements, and how long about. */
export async function planOf(
  rounds: readonly Round[],
  pictures: Pictures,
  settings: Settings,
): Promise<readonly string[]> {
  let trainingSeconds = 0;
  let perStep = 0;
  const lines: string[] = [];
  for (const kind of trained) {
    const {steps, secondsPerStep} = await timed(kind, pictures, settings);
    if (kind === 'supervised') perStep = secondsPerStep;
    trainingSeconds += rounds.length * steps * secondsPerStep;
    lines.push(
      `  ${kind}: ${rounds.length} × ${count(steps)} steps of ${secondsPerStep.toFixed(3)} s, ` +
        `${duration(steps * secondsPerStep)} each`,
    );
  }
  const cells = rounds.flatMap(({parts}) => parts.flatMap(({columns}) => columns));
  const cellSeconds = cells.reduce((sum, {cost}) => sum + cost, 0) * perStep;
  const total = duration(trainingSeconds + cellSeconds);
  return [
    `Plan: ${rounds.length * trained.length} trainings and ${cells.length} measurements, about ${total} in all`,
    ...lines,
    `  measurements: about ${duration(cellSeconds)}; what is finished already is not done again`,
  ];
}
