import type {Preparation} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {recordedPreparation} from '@contrastive/layers';
import {extractFeatures, knn, wilsonInterval} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** What neighbours tell of images. */
interface Told {
  /** Share of the test images whose nearest training images are of their group. */
  readonly accuracy: number;
  /** Wilson's interval of 95 %. */
  readonly low: number;
  readonly high: number;
}

/**
 * How well an encoder's features tell groups apart, by the vote of the nearest.
 *
 * @param preparation How images are prepared where the encoder does not remember it.
 */
export async function toldBy(
  encoder: LayersModel,
  {train, test}: {readonly train: Source; readonly test: Source},
  {preparation, neighbours}: {readonly preparation: Preparation; readonly neighbours: number},
): Promise<Told> {
  const prepared = recordedPreparation(encoder) ? {} : {preparation};
  const bank = await extractFeatures(encoder, train, prepared);
  const queries = await extractFeatures(encoder, test, prepared);
  const {accuracy} = await knn(bank, queries, {k: neighbours});
  return {accuracy, ...wilsonInterval(Math.round(accuracy * queries.rows), queries.rows)};
}
