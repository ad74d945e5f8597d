import {allFigures, checkSame, type Rules} from './rules.js';

/** How far the first losses may lie apart, relative: same weights, same images, float32. */
const firstLossTolerance = 1e-3;
/** The same after one update, which amplifies what differs. */
const secondLossTolerance = 1e-2;
/**
 * The same for each turn of MoCo; key networks that stand still are out by twice as much after 15 steps of ResNet-18.
 */
const turnLossTolerance = 5e-3;

/** Both see the same views: the losses before and after one update are the same. */
const sameStart: Rules['start'] = (ours, peer) => {
  [firstLossTolerance, secondLossTolerance].forEach((tolerance, step) => {
    checkSame(`loss ${step}`, [ours.warmup[step].loss, peer.warmup[step].loss], [ours, peer], tolerance);
  });
};

/** Steps of SimCLR on one batch, whose loss falls. */
export const fallingLoss: Rules = {
  start: sameStart,
  alone: report => {
    const losses = allFigures(report).map(({loss}) => loss);
    if (!(losses[losses.length - 1] < losses[0])) {
      throw new Error(
        `bench: the loss of ${report.ready.contestant} does not fall on one batch: ${losses.join(', ')}.`,
      );
    }
  },
};

/**
 * Steps of MoCo on one batch: the loss rises while keys of that batch fill the queue. The contestants must agree in the
 * loss of every turn, which shows a queue left alone at once, and key networks left alone after a dozen steps.
 */
export const sameLosses: Rules = {
  start: sameStart,
  alone: allFigures,
  both: (ours, peer) => {
    ours.turns.forEach(({figures: {loss}}, i) => {
      checkSame(`loss of turn ${i}`, [loss, peer.turns[i].figures.loss], [ours.ready, peer.ready], turnLossTolerance);
    });
  },
};

/** Steps whose views differ, and so their losses. */
export const anyLosses: Rules = {alone: allFigures};
