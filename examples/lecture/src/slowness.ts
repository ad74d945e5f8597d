import {sgd} from '@contrastive/optim';
import {train} from '@contrastive/train';
import {simclrBase} from './base.js';
import type {Pictures} from './pictures.js';
import {stepSeconds} from './training-seconds.js';
import {newEncoder, prepareTraining} from './training.js';

/** Steps that are timed, after some that are slower. */
const [FIRST, TIMED] = [3, 6];

/** How many times as long as on two quiet cores a step takes here and now, by a few steps of SimCLR's base. */
export async function slowness(pictures: Pictures): Promise<number> {
  const encoder = newEncoder(simclrBase, 0);
  const {train: images} = await pictures.open(simclrBase.images, simclrBase.size);
  const {method, viewsOf, dispose} = prepareTraining(simclrBase, encoder, images, 0);
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  try {
    const times: number[] = [];
    for await (const {step} of train({method, optimizer, views: viewsOf(), learningRate: 0.01})) {
      times.push(performance.now());
      if (step + 1 === FIRST + TIMED) break;
    }
    const seconds = (times[times.length - 1] - times[FIRST - 1]) / 1000 / TIMED;
    return seconds / stepSeconds(simclrBase);
  } finally {
    optimizer.dispose();
    dispose();
    encoder.dispose();
  }
}
