import type {Claim, Training} from './experiment.js';

/** Two of three seeds, so that there are intervals. */
const SEEDS = 2;

/** Batches an eighth as large, and not so small that no group of eight is left. */
const smallBatch = (batchSize: number): number => Math.min(32, Math.max(8, batchSize / 8));

/** The same training of a tiny network on few images. */
function small(training: Training): Training {
  const network = {depths: [1, 1], width: 4};
  if (training.method === 'untrained') return {...training, ...network};
  const batchSize = smallBatch(training.batchSize);
  const few = {...network, batchSize, count: Math.min(96, training.count)};
  if (training.method === 'supervised') {
    const {start, ...rest} = training;
    const begun = start && small(start);
    return {...rest, ...few, steps: 4, ...(begun && begun.method !== 'untrained' && {start: begun})};
  }
  const epochs = training.epochs > 16 ? 2 : 1;
  if (training.method === 'SimCLR') return {...training, ...few, epochs};
  return {...training, ...few, epochs, queueSize: Math.max(batchSize, Math.round(training.queueSize / 16))};
}

/** A claim of which everything is there but the time: it shows that all works, and its figures mean nothing. */
export const quickly = (claim: Claim): Claim => ({
  ...claim,
  seeds: Math.min(SEEDS, claim.seeds ?? SEEDS),
  settings: claim.settings.map(setting => ({...setting, training: small(setting.training)})),
});
