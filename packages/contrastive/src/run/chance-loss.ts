/** What of a configuration decides the loss at chance. */
interface Compared {
  readonly method?: unknown;
  readonly batch?: unknown;
  readonly queue?: unknown;
}

/** The loss of an encoder to which all views are alike. */
export interface ChanceLoss {
  readonly value: number;
  /** How it comes about: `ln(2 · 128 − 1)`. */
  readonly formula: string;
}

/** Of how many views one is the right one, where it is counted how often the nearest is: n, with MoCo K + 1. */
export function candidates({method, batch, queue}: Compared): number | undefined {
  if (method === 'simclr' && typeof batch === 'number') return batch;
  if ((method === 'moco-v1' || method === 'moco-v2') && typeof queue === 'number') return queue + 1;
  return undefined;
}

/**
 * The loss where all views are alike, by the number of candidates of which one is right: with SimCLR all other views of
 * the batch, with MoCo the key and the queue. Undefined of a configuration that does not tell.
 */
export function chanceLoss({method, batch, queue}: Compared): ChanceLoss | undefined {
  if (method === 'simclr' && typeof batch === 'number' && batch > 1)
    return {value: Math.log(2 * batch - 1), formula: `ln(2 · ${batch} − 1)`};
  if ((method === 'moco-v1' || method === 'moco-v2') && typeof queue === 'number')
    return {value: Math.log(queue + 1), formula: `ln(${queue} + 1)`};
  return undefined;
}
