import {simclrOnePercent, simclrTransfer} from '@contrastive/linear-probe';
import type {Column} from './column.js';
import {onFeatures} from './on-features.js';
import type {Settings} from './settings.js';
import {wholeNetwork} from './whole-network.js';

/** Images of which costs on features are told; they grow with the images. */
const ALL = 60_000;

/** All columns, the cheap ones first. */
export function columnsOf(settings: Settings, images: number): readonly Column[] {
  const {batchSize, shares, shareEpochs, tuneSteps: steps, tuneRates: learningRates} = settings;
  const shape = {batchSize, learningRates, weightDecays: [0]};
  const perEpoch = images / batchSize;
  return [
    ...onFeatures(settings).map(column => ({...column, cost: (column.cost * images) / ALL})),
    ...shares.map((labels, i) => {
      const recipe = {...simclrOnePercent, ...shape, name: 'few labels', labels, epochs: shareEpochs[i]};
      return wholeNetwork(labels, recipe, perEpoch);
    }),
    wholeNetwork(1, {...simclrTransfer, ...shape, name: 'all labels', steps}, perEpoch),
  ];
}
