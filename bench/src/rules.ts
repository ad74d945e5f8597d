import type {Done, Figures, Ready} from './protocol.js';

/** What a contestant has reported. */
export interface Report {
  readonly ready: Ready;
  readonly turns: readonly Done[];
}

/** What makes the work of contestants the same. Each throws where it is not, with what differs. */
export interface Rules {
  /** Called once both are warm: no time is spent on contestants that start differently. Both have the same facts. */
  start?(ours: Ready, peer: Ready): void;
  /** Called with each contestant's report after the last turn. */
  alone(report: Report): void;
  /** Called then with both. */
  both?(ours: Report, peer: Report): void;
}

/** Throws unless both values are the same, numbers within a relative tolerance. */
export function checkSame(
  what: string,
  [a, b]: readonly [number | string, number | string],
  field: readonly [Ready, Ready],
  tolerance = 0,
): void {
  const same = typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= tolerance * Math.abs(b) : a === b;
  if (same) return;
  const [ours, peer] = field.map(({contestant}) => contestant);
  throw new Error(`bench: the contestants do different work: ${what} ${a} (${ours}) and ${b} (${peer}).`);
}

/**
 * What came out of every step that was reported, in their order: those of the warm-up first. Throws where one is not
 * finite.
 */
function allFigures({ready: {contestant, warmup}, turns}: Report): readonly Figures[] {
  const all = [...warmup, ...turns.map(({figures}) => figures)];
  for (const [name, value] of all.flatMap(Object.entries<number>)) {
    if (!Number.isFinite(value))
      throw new Error(
        `bench: the ${name} of ${contestant} is not finite: ${all.map(figures => figures[name]).join(', ')}.`,
      );
  }
  return all;
}

/**
 * How far the first losses may lie apart, relative: same weights, same images; and after one update, which amplifies
 * what differs.
 */
type LossTolerances = readonly [first: number, second: number];

/** Both compute in float32. */
const float32Losses: LossTolerances = [1e-3, 1e-2];

/**
 * The peer computes in bfloat16, whose numbers have 8 bits where those of float32 have 24: ResNet-18 is off by 0.03 and
 * 0.12 %, the tiny network by 5 % after the update.
 */
const bfloat16Losses: LossTolerances = [5e-3, 1e-1];
/**
 * The same for each turn of MoCo; key networks that stand still are out by twice as much after 15 steps of ResNet-18.
 */
const turnLossTolerance = 5e-3;

/** Both see the same views: the losses before and after one update are the same. */
const sameStart =
  (tolerances: LossTolerances): Rules['start'] =>
  (ours, peer) => {
    tolerances.forEach((tolerance, step) => {
      checkSame(`loss ${step}`, [ours.warmup[step].loss, peer.warmup[step].loss], [ours, peer], tolerance);
    });
  };

/** Steps of SimCLR on one batch, whose loss falls. */
export const fallingLoss: Rules = {
  start: sameStart(float32Losses),
  alone: report => {
    const losses = allFigures(report).map(({loss}) => loss);
    if (!(losses[losses.length - 1] < losses[0])) {
      throw new Error(
        `bench: the loss of ${report.ready.contestant} does not fall on one batch: ${losses.join(', ')}.`,
      );
    }
  },
};

/** The same beside a peer that computes in bfloat16. */
export const fallingLossOfBfloat16: Rules = {...fallingLoss, start: sameStart(bfloat16Losses)};

/**
 * Steps of MoCo on one batch: the loss rises while keys of that batch fill the queue. The contestants must agree in the
 * loss of every turn, which shows a queue left alone at once, and key networks left alone after a dozen steps.
 */
export const sameLosses: Rules = {
  start: sameStart(float32Losses),
  alone: allFigures,
  both: (ours, peer) => {
    ours.turns.forEach(({figures: {loss}}, i) => {
      checkSame(`loss of turn ${i}`, [loss, peer.turns[i].figures.loss], [ours.ready, peer.ready], turnLossTolerance);
    });
  },
};

/** Steps whose views differ, and so their losses. */
export const anyLosses: Rules = {alone: allFigures};

/**
 * How much a figure of one view lies off the mean over all views, at most, relative; the mean over n views is √n times
 * closer. Three standard deviations of the difference of two contestants.
 */
const spreadOfOneView = 3;

/** How far a pixel may lie outside of [0, 1]: float32. */
const rounding = 1e-6;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of each figure over all reported batches, without those of the range. */
function means(report: Report): ReadonlyMap<string, number> {
  const all = allFigures(report);
  const names = Object.keys(all[0]).filter(name => name !== 'low' && name !== 'high');
  return new Map(names.map(name => [name, mean(all.map(figures => figures[name]))]));
}

/**
 * Batches of random views: all pixels in [0, 1], and alike in what the policy changes, as closely as so many views can
 * be.
 */
export const alikeViews: Rules = {
  alone: report => {
    for (const {low, high} of allFigures(report)) {
      if (low < -rounding || high > 1 + rounding) {
        throw new Error(
          `bench: the views of ${report.ready.contestant} have pixels from ${low} to ${high}, not in [0, 1].`,
        );
      }
    }
  },
  both: (ours, peer) => {
    const views = Number(ours.ready.facts.views) * allFigures(ours).length;
    const others = means(peer);
    for (const [name, value] of means(ours)) {
      checkSame(
        `${name} of the views`,
        [value, others.get(name) ?? NaN],
        [ours.ready, peer.ready],
        spreadOfOneView / Math.sqrt(views),
      );
    }
  },
};

/** How far from the optimum an objective may lie. */
const objectiveTolerance = 1e-6;

/** Throws where a fit ended before its tolerance. */
const checkFinished = (report: Report): void => {
  const unfinished = allFigures(report).filter(figures => figures.unfinished > 0).length;
  if (unfinished === 0) return;
  throw new Error(`bench: ${unfinished} fits of ${report.ready.contestant} ended before their tolerance.`);
};

/** Fits that all reached their tolerance. */
export const finishedFits: Rules = {alone: checkFinished};

/** Fits of the same problem: every objective lies at the optimum, which the peer knows from a longer fit of its own. */
export const sameOptimum: Rules = {
  alone: checkFinished,
  both: (ours, peer) => {
    const [{optimum}] = allFigures(peer);
    for (const {objective} of [...allFigures(ours), ...allFigures(peer)]) {
      if (Math.abs(objective - optimum) <= objectiveTolerance) continue;
      throw new Error(`bench: a fit ended at an objective of ${objective}, the optimum is ${optimum}.`);
    }
  },
};

/** Classes of the same rows, which are the same for all. */
export const samePredictions: Rules = {
  alone: allFigures,
  both: (ours, peer) => {
    const [one, other] = [ours, peer].map(report => allFigures(report)[0]);
    for (const name of Object.keys(one)) {
      checkSame(`${name} of the predictions`, [one[name], other[name]], [ours.ready, peer.ready]);
    }
  },
};
