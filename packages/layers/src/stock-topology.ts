import {className, ownKeys} from './contrastive-batch-norm.js';

/**
 * A model's topology with our BatchNorm layers as the stock BatchNormalization, so that any tfjs loads it; weights and
 * predictions stay the same. What only ours has, `splits` and `splitting`, is left out.
 *
 * @param topology The JSON object that `model.toJSON(null, false)` and the `modelTopology` of a save give; left alone.
 * @returns A copy.
 * @throws TypeError when given a JSON string or a buffer.
 *
 * @example
 * const stock = toStockTopology(model.toJSON(null, false)); // in an artifact of `model.save`, its modelTopology
 */
export function toStockTopology(topology: object): object {
  return renameLayers(topology, className, 'BatchNormalization', ownKeys);
}

/**
 * A copy of a topology in which every layer of class `from` is of class `to`, its configuration `without` some keys.
 */
export function renameLayers(topology: object, from: string, to: string, without: readonly string[] = []): object {
  if (typeof topology !== 'object' || ArrayBuffer.isView(topology) || topology instanceof ArrayBuffer) {
    throw new TypeError(`toStockTopology: expected a topology object, got ${typeof topology}; parse JSON text first.`);
  }
  const stripped = (config: object): object =>
    Object.fromEntries(Object.entries(config).filter(([key]) => !without.includes(key)));
  const renamed = (_key: string, value: unknown): unknown => {
    // A model's own configuration names classes `className`, a saved one `class_name`.
    const layer = value as {className?: unknown; class_name?: unknown; config?: object} | null | undefined;
    const key = layer?.className === from ? 'className' : 'class_name';
    return layer?.[key] === from ? {...layer, [key]: to, config: stripped(layer.config ?? {})} : value;
  };
  return JSON.parse(JSON.stringify(topology, renamed)) as object;
}
