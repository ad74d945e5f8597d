import {className} from './contrastive-batch-norm.js';

/**
 * A model's topology with our BatchNorm layers named as the stock BatchNormalization, so that any tfjs loads it; weights and predictions stay the same.
 *
 * @param topology The JSON object that `model.toJSON(null, false)` and the `modelTopology` of a save give; left alone.
 * @returns A copy.
 * @throws TypeError when given a JSON string or a buffer.
 *
 * @example
 * await model.save(tf.io.withSaveHandler(artifacts => store({...artifacts, modelTopology: toStockTopology(artifacts.modelTopology)})));
 */
export function toStockTopology(topology: object): object {
  return renameLayers(topology, className, 'BatchNormalization');
}

/** A copy of a topology in which every layer of class `from` is of class `to`. */
export function renameLayers(topology: object, from: string, to: string): object {
  if (typeof topology !== 'object' || ArrayBuffer.isView(topology) || topology instanceof ArrayBuffer) {
    throw new TypeError(`toStockTopology: expected a topology object, got ${typeof topology}; parse JSON text first`);
  }
  const rename = (key: string, value: unknown): unknown => ((key === 'class_name' || key === 'className') && value === from ? to : value);
  return JSON.parse(JSON.stringify(topology, rename)) as object;
}
