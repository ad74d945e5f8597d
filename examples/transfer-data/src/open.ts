import {relative, sep} from 'node:path';
import {subset, type Source} from '@contrastive/data';
import {imageFolder} from '@contrastive/image-files';
import {readRecord, type Split} from './record.js';

/** The parts of a data set, which share their threads. */
export type TransferParts = Readonly<Record<keyof Split, Source>>;

/**
 * Opens a prepared folder in the parts of one of its splits, by default the first; with `channels: 1` in grey.
 *
 * @throws Error for a split or a picture that is not there.
 */
export async function openTransferData(
  directory: string,
  {split, workers, channels}: {readonly split?: string; readonly workers?: number; readonly channels?: 1 | 3} = {},
): Promise<TransferParts> {
  const {splits} = await readRecord(directory);
  const name = split ?? Object.keys(splits)[0];
  if (!Object.hasOwn(splits, name))
    throw new Error(`openTransferData: expected ${Object.keys(splits).join(' or ')} as split, got ${name}.`);
  const options = {...(workers !== undefined && {workers}), ...(channels !== undefined && {channels})};
  const source = await imageFolder(directory, {labels: true, ...options});
  const places = new Map(
    Array.from({length: source.length}, (_, index) => [
      relative(directory, source.nameOf(index)).split(sep).join('/'),
      index,
    ]),
  );
  const part = (files: readonly string[]): Source =>
    subset(
      source,
      files.map(file => {
        const index = places.get(file);
        if (index !== undefined) return index;
        throw new Error(
          `openTransferData: expected ${file} in ${directory}, got ${source.length} others; remove the folder and ` +
            'prepare it again.',
        );
      }),
    );
  const {train, validation, test} = splits[name];
  return {train: part(train), validation: part(validation), test: part(test)};
}
