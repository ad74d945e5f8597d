import type {Source} from '@contrastive/data';
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

/** How well an encoder's features tell groups apart, by the vote of the nearest. */
export async function toldBy(
  encoder: LayersModel,
  {train, test}: {readonly train: Source; readonly test: Source},
  {size, neighbours}: {readonly size: number; readonly neighbours: number},
): Promise<Told> {
  const prepared = {preparation: {channels: 3, size}} as const;
  const bank = await extractFeatures(encoder, train, prepared);
  const queries = await extractFeatures(encoder, test, prepared);
  const {accuracy} = await knn(bank, queries, {k: neighbours});
  return {accuracy, ...wilsonInterval(Math.round(accuracy * queries.rows), queries.rows)};
}
