import {extractFeatures, type Features} from '@contrastive/linear-probe';
import type {Source, StreamSource} from '@contrastive/data';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Output} from '../output/output.js';
import {isStream} from './open-data.js';
import {streamChunks} from './stream-chunks.js';

/** Features of images, with what the images are called. */
export interface Embedded extends Features {
  /** Of each row. */
  readonly names: readonly string[];
  /** The class of each row by its name, where known. */
  readonly classes?: readonly string[];
}

const classesOf = (source: Source, indices: Int32Array): readonly string[] | undefined => {
  const {labels, classNames} = source;
  return labels && Array.from(indices, index => classNames?.[labels[index]] ?? String(labels[index]));
};

/** The same of several sources, one after the other. */
function joined(parts: readonly Embedded[]): Embedded {
  const [first] = parts;
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(rows * first.columns);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const classes = parts.flatMap(part => part.classes ?? []);
  return {
    ...{data, rows, columns: first.columns},
    names: parts.flatMap(({names}) => names),
    ...(classes.length === rows && {classes}),
  };
}

/**
 * The features of all images of a source, or of some of one with indices; what cannot be used is left out.
 *
 * @throws Error, and what `extractFeatures` throws.
 */
export async function embed(
  encoder: LayersModel,
  source: Source | StreamSource,
  output: Output,
  indices?: readonly number[],
): Promise<Embedded> {
  if (isStream(source)) {
    const parts: Embedded[] = [];
    for await (const chunk of streamChunks(source)) {
      parts.push(await rowsOf(encoder, chunk));
      output.record({event: 'progress', about: 'Embedding', done: parts.reduce((sum, {rows}) => sum + rows, 0)});
    }
    if (parts.length === 0) throw new Error('embed: expected images in the shards, got none; check them.');
    return joined(parts);
  }
  const total = indices?.length ?? source.length;
  const progress = output.progress({about: 'Embedding', total, unit: 'images'});
  const onProgress = (done: number): void => {
    progress.update(done);
  };
  try {
    return await rowsOf(encoder, source, {...(indices && {indices}), onProgress});
  } finally {
    progress.stop();
  }
}

async function rowsOf(
  encoder: LayersModel,
  source: Source,
  options: {readonly indices?: readonly number[]; readonly onProgress?: (done: number) => void} = {},
): Promise<Embedded> {
  const {indices, ...features} = await extractFeatures(encoder, source, {batchSize: 64, ...options});
  const classes = classesOf(source, indices);
  return {...features, names: Array.from(indices, index => source.nameOf(index)), ...(classes && {classes})};
}
