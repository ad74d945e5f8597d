import type {Preparation} from '@contrastive/augment';
import {inFlight} from '@contrastive/internal';
import type {StreamSource} from '../stream-source.js';
import type {Views} from '../views.js';
import type {BatchOptions} from './options.js';
import {checkShared, ownPart} from './share.js';
import {checkPass, decode, groups, joined, type Good, type Group} from './stream-batches.js';

/**
 * The share of one rank in the batches of a run over a stream. All ranks read the stream alike, and each decodes its
 * part of a batch alone, so that all see what one process would. The place of an image that cannot be used is taken by
 * one of this rank's part of the batch before, not by the next of the stream: the others, which know nothing of it, go
 * on in step.
 */
export async function* streamBatches(
  source: StreamSource,
  options: BatchOptions,
  preparation: Preparation,
): AsyncGenerator<Views, void, undefined> {
  const {where, batchSize, steps = Infinity, startStep, position, dropLast, ahead, ranks} = options;
  let step = startStep;
  if (step >= steps) return;
  let images = position?.images ?? 0; // of all ranks
  let present = position?.epoch ?? 0;
  let [read, batches] = [0, 0]; // of the present pass
  let before: readonly Good[] = [];

  const work = async (group: Group) => {
    const own = {...group, samples: ownPart(group.samples, ranks)};
    return {group, ...(await decode(source, options, own))};
  };
  const whole = async function* (): AsyncGenerator<Group, void, undefined> {
    for await (const group of groups(source, options)) {
      const {samples, epoch} = group;
      if (epoch !== present) {
        checkPass(options, present, read, batches);
        [present, read, batches] = [epoch, 0, 0];
      }
      read += samples.length;
      if (samples.length < batchSize && dropLast) continue;
      checkShared(where, batchSize, ranks, samples.length);
      batches++;
      yield group;
    }
    checkPass(options, present, read, batches);
  };

  for await (const {group, samples, epoch, views} of inFlight(whole(), work, ahead)) {
    const bad = new Set(views.bad.map(one => one.position));
    const entries = samples.map((sample, row): Good => ({sample, epoch, views, row}));
    const good = entries.filter(({row}) => !bad.has(row));
    const spare = before.length > 0 ? before : good;
    if (spare.length === 0)
      throw new Error(`${where}: expected images that can be used, got none; look at the stream's \`bad\`.`);
    let used = 0;
    const rows = entries.map(entry => (bad.has(entry.row) ? spare[used++ % spare.length] : entry));
    const at = {
      step: step + 1,
      images: images + group.samples.length,
      epoch,
      pass: group.samples[group.samples.length - 1].position,
    };
    yield await joined(options, source.channels, rows, images + ranks.rank * rows.length, {position: at, preparation});
    if (good.length > 0) before = good;
    images = at.images;
    if (++step >= steps) return;
  }
}
