import {callable, checkOptions, checkValue, number, type Rules} from '@contrastive/internal';
import * as tfl from '@tensorflow/tfjs-layers';
import {className} from './contrastive-batch-norm.js';
import {modelRule} from './networks.js';

/** What {@link adjustNorms} changes. */
export interface NormAdjustments {
  /** Fraction of the running statistics that a step keeps, from 0 to 1; as it is by default. */
  readonly momentum?: number;
  /**
   * Of which layers, by name, the running statistics are fixed: they normalise by them in training too. As it is by
   * default.
   */
  readonly fixed?: (name: string) => boolean;
}

const rules: Rules<NormAdjustments> = {momentum: number({least: 0, most: 1}), fixed: callable};

/**
 * Changes how the BatchNorm layers of a network train, those of `batchNorm` and `forTraining`. Stock layers stay as
 * they are. Saving keeps the momentum; what is fixed is forgotten. Copies keep both
 * (`forTraining`, MoCo's key network).
 *
 * @returns How many layers there are.
 * @throws TypeError or RangeError for anything but a model and for a bad option.
 * @example
 * adjustNorms(encoder, {momentum: 0.99, fixed: name => name.startsWith('layer1.')});
 */
export function adjustNorms(model: tfl.LayersModel, adjustments: NormAdjustments): number {
  checkValue('adjustNorms', 'model', model, modelRule);
  checkOptions('adjustNorms', adjustments, rules);
  const {momentum, fixed} = adjustments;
  let count = 0;
  for (const layer of model.layers) {
    if (layer instanceof tfl.LayersModel) {
      count += adjustNorms(layer, adjustments);
    } else if (layer.getClassName() === className) {
      count++;
      // The layer reads both at each call; the types of tfjs keep its momentum private.
      Object.assign(layer, {
        ...(momentum !== undefined && {momentum}),
        ...(fixed && {fixedStatistics: fixed(layer.name)}),
      });
    }
  }
  return count;
}

/**
 * Fixes in a copy the running statistics that are fixed in the model, layer by layer of the same names.
 *
 * @param target The copy, which changes.
 */
export function fixStatisticsAlike(target: tfl.LayersModel, source: tfl.LayersModel): void {
  for (const layer of source.layers) {
    const twin = target.layers.find(({name}) => name === layer.name);
    if (layer instanceof tfl.LayersModel && twin instanceof tfl.LayersModel) fixStatisticsAlike(twin, layer);
    else if (twin?.getClassName() === className)
      Object.assign(twin, {fixedStatistics: (layer as {readonly fixedStatistics?: boolean}).fixedStatistics === true});
  }
}
