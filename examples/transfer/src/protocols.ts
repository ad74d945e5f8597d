import type {Source} from '@contrastive/data';
import {
  bootstrapInterval,
  extractFeatures,
  fineTune,
  meanPerClassAccuracy,
  predict,
  shortFineTune,
  standardise,
  sweepL2,
  type Features,
  type TransferDataSet,
  type TransferMeasure,
  type TransferProtocol,
} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** A set of pictures to transfer to. */
export interface Pictures extends TransferDataSet {
  readonly validation: Source;
}

/** What decides the protocols. */
interface Settings {
  readonly size: number;
  readonly batchSize: number;
  readonly penalties: readonly number[];
  readonly tuneSteps: number;
  readonly tuneRates: readonly number[];
}

/** The mean of the classes' accuracies, with where it lies for other test pictures in 95 % of cases. */
async function measured(
  predictions: Int32Array,
  labels: Int32Array,
  seed: number,
  details: object,
): Promise<TransferMeasure> {
  const of = (rows: Int32Array): number =>
    meanPerClassAccuracy(
      rows.map(row => predictions[row]),
      rows.map(row => labels[row]),
    );
  const {low, high} = await bootstrapInterval(labels.length, of, {seed});
  return {value: meanPerClassAccuracy(predictions, labels), interval: {low, high}, details};
}

/**
 * Linear evaluation as the papers have it for transfer: logistic regression on features of the frozen encoder, or on
 * raw pixels, the penalty chosen on validation pictures, then fitted to those of training and validation.
 */
export function linear({size, penalties}: Settings): TransferProtocol<LayersModel | null, Pictures> {
  return {
    name: 'linear',
    settings: {penalties, size},
    async run(encoder, {train, validation, test}, {seed}) {
      const preparation = encoder ? {} : {preparation: {channels: 3, size} as const};
      const featuresOf = (source: Source): Promise<Features> => extractFeatures(encoder, source, preparation);
      const known = await featuresOf(train);
      const scale = standardise(known);
      const judged = scale.apply(await featuresOf(validation));
      const {model, l2} = await sweepL2(scale.apply(known), judged, {l2Grid: penalties, metric: meanPerClassAccuracy});
      const unseen = scale.apply(await featuresOf(test));
      return measured(await predict(model, unseen), unseen.labels ?? new Int32Array(), seed, {l2});
    },
  };
}

/** Fine-tuning of the whole network; the learning rate is chosen on validation pictures. */
export function fineTuned({tuneSteps, tuneRates, batchSize}: Settings): TransferProtocol<LayersModel, Pictures> {
  const recipe = {
    ...shortFineTune,
    ...{name: 'transfer example', steps: tuneSteps, batchSize, learningRates: tuneRates, weightDecays: [0]},
  };
  return {
    name: 'fine-tuned',
    settings: recipe,
    async run(encoder, {train, validation, test}, {seed, signal}) {
      const result = await fineTune({encoder, train, validation, test, recipe, seed, ...(signal && {signal})});
      result.dispose();
      const {predictions, labels, chosen} = result;
      return measured(predictions, labels, seed, chosen);
    },
  };
}
