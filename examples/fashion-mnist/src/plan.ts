import {count, duration, secondsPerStep} from '@contrastive/example';
import type {Column} from './column.js';
import type {Pictures} from './pictures.js';
import type {Settings} from './settings.js';
import {kinds, type Kind} from './starts.js';
import {trained, training, type Trained} from './trainings.js';

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

/** Times a training, of which nothing is kept. */
async function timed(kind: Trained, {whole}: Pictures, settings: Settings): Promise<Timing> {
  const {encoder, method, steps, viewsOf, dispose} = training(kind, whole, settings, 0);
  try {
    return {steps, secondsPerStep: await secondsPerStep(method, viewsOf())};
  } finally {
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
    const {steps, secondsPerStep: each} = await timed(kind, pictures, settings);
    if (kind === 'supervised') perStep = each;
    trainingSeconds += rounds.length * steps * each;
    lines.push(
      `  ${kind}: ${rounds.length} × ${count(steps)} steps of ${each.toFixed(3)} s, ` +
        `${duration(steps * each)} each`,
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
