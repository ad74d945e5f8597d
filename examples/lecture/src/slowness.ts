import {secondsPerStep} from '@contrastive/example';
import {simclrBase} from './base.js';
import type {Pictures} from './pictures.js';
import {stepSeconds} from './training-seconds.js';
import {newEncoder, prepareTraining} from './training.js';

/** How many times as long as on two quiet cores a step takes here and now, by a few steps of SimCLR's base. */
export async function slowness(pictures: Pictures): Promise<number> {
  const encoder = newEncoder(simclrBase, 0);
  const {train: images} = await pictures.open(simclrBase.images, simclrBase.size);
  const {method, viewsOf, dispose} = prepareTraining(simclrBase, encoder, images, 0);
  try {
    return (await secondsPerStep(method, viewsOf())) / stepSeconds(simclrBase);
  } finally {
    dispose();
    encoder.dispose();
  }
}
