import {join} from 'node:path';
import {simclrAugment, type Normalization} from '@contrastive/augment';
import {twoViews, type Source} from '@contrastive/data';
import {trainRun} from '@contrastive/example';
import {ntXent} from '@contrastive/losses';
import {simclrHead} from '@contrastive/projection-head';
import {simclr} from '@contrastive/simclr';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** What decides a training. */
interface Plan {
  readonly size: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
  readonly seed: number;
  /** What the pictures are normalised with; nothing by default. */
  readonly normalization?: Normalization;
  /** The file that was started from, and the layers that stay; a run that goes on must have the same. */
  readonly given: Readonly<Partial<Record<string, string>>>;
}

/** SimCLR on pictures, in a folder of its own, where it goes on when it was stopped. */
export async function pretrain(
  encoder: LayersModel,
  source: Source,
  {given, ...plan}: Plan,
  out: string,
  name: string,
): Promise<void> {
  const {size, batchSize, seed, steps, temperature, normalization} = plan;
  console.log(`${name}: ${steps} steps on ${source.length} pictures`);
  const head = simclrHead(encoder, {initializer: 'uniform', seed});
  const method = simclr({encoder, head, loss: ntXent({temperature})});
  const asForCifar = {size, strength: 0.5, blur: false};
  const augment = simclrAugment({...asForCifar, ...(normalization && {normalization})});
  const configuration = {...plan, name, encoder: given.encoder, freeze: given.freeze};
  await trainRun(join(out, name), method, resume => twoViews(source, {augment, batchSize, seed, steps, ...resume}), {
    ...plan,
    configuration,
  });
  method.dispose();
  head.dispose();
}
