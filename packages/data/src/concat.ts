import type {Images} from '@contrastive/augment';
import * as tf from '@tensorflow/tfjs-core';
import {copyRow, emptyLike} from './batches/rows.js';
import {checkIndices} from './check.js';
import type {BadImage, IndexedSource, ViewsBytes, ViewsRequest} from './source.js';

/** What one source has of the images that are asked for. */
interface Part {
  readonly source: IndexedSource;
  /** Which of its images. */
  readonly indices: Int32Array;
  /** Where in the request each of them stands, ascending. */
  readonly positions: Int32Array;
}

interface GoodImages {
  readonly images: Images;
  readonly positions: Int32Array;
}

/**
 * Throws unless the images of all sources have one shape, and their classes one list of names. Returns the names, where
 * any source has them.
 */
function checkAlike(sources: readonly IndexedSource[]): readonly string[] | undefined {
  if (sources.length === 0) throw new RangeError('concat: expected at least one source, got none.');
  for (const key of ['channels', 'height', 'width'] as const) {
    const differs = sources.findIndex(source => source[key] !== sources[0][key]);
    if (differs >= 0) {
      const got = `${sources[0][key]} in source 0 and ${sources[differs][key]} in source ${differs}`;
      throw new RangeError(
        `concat: expected sources of the same ${key}, got ${got}; open them with the same size and channels.`,
      );
    }
  }
  const names = sources.find(({classNames}) => classNames)?.classNames;
  const differs = sources.findIndex(
    ({classNames}) => classNames && JSON.stringify(classNames) !== JSON.stringify(names),
  );
  if (differs >= 0) {
    const got = `${JSON.stringify(names)} and, in source ${differs}, ${JSON.stringify(sources[differs].classNames)}`;
    throw new RangeError(
      `concat: expected sources of the same class names, got ${got}; one number would mean two classes, give ` +
        'sources of the same classes.',
    );
  }
  return names;
}

/** The images of all parts in the order of the request. */
async function gather(parts: readonly Part[], readPart: (part: Part) => Promise<GoodImages>): Promise<GoodImages> {
  if (parts.length === 1) return readPart(parts[0]);
  const read: Images[] = [];
  const positions: number[] = [];
  try {
    for (const part of parts) {
      const good = await readPart(part);
      read.push(good.images);
      for (const position of good.positions) positions.push(part.positions[position]);
    }
    const order = Int32Array.from(positions.keys()).sort((a, b) => positions[a] - positions[b]);
    const images = tf.tidy(() => tf.gather(tf.concat(read, 0), order));
    return {images, positions: order.map(row => positions[row])};
  } finally {
    tf.dispose(read);
  }
}

/** Reads all images of a part. */
const readAll = async ({source, indices}: Part): Promise<GoodImages> => ({
  images: await source.read(indices),
  positions: Int32Array.from(indices.keys()),
});

/** Reads those that can be used; of a source without `readGood` all can. */
const readGood = async (part: Part): Promise<GoodImages> => part.source.readGood?.(part.indices) ?? readAll(part);

/** The views of all parts in the order of the request. */
async function gatherViews(parts: readonly Part[], request: ViewsRequest, channels: number): Promise<ViewsBytes> {
  const answers = await Promise.all(
    parts.map(async ({source, indices, positions}) => {
      const answer = await source.views?.({
        ...request,
        indices,
        keys: positions.map(position => request.keys[position]),
      });
      if (answer === undefined)
        throw new Error('concat: a source has lost its views since it was joined; give sources that stay as they are.');
      return {...answer, positions};
    }),
  );
  const whole = emptyLike(answers[0], request.indices.length, channels);
  for (const answer of answers) {
    for (const [row, position] of answer.positions.entries()) copyRow(answer, row, whole, position, channels);
  }
  const bad = answers.flatMap(answer =>
    answer.bad.map(image => ({...image, position: answer.positions[image.position]})),
  );
  return {...whole, bad: bad.sort((a, b) => a.position - b.position)};
}

/**
 * Creates a source that holds the images of several, one source after the other. It has labels when all of them have,
 * class names when any has, and random views of its own when all of them have. Its `bad` has the bad images of all, and
 * its `close` closes all.
 *
 * @throws RangeError when there is no source, or when height, width, channels or class names differ.
 * @example
 * const all = concat([await cifar10({directory}), await cifar10({directory, split: 'test'})]);
 */
export function concat(sources: readonly IndexedSource[]): IndexedSource {
  const classNames = checkAlike(sources);
  const parts = [...sources];
  let length = 0;
  const starts = parts.map(source => (length += source.length) - source.length);
  const [{height, width, channels}] = parts;
  const has = (method: 'readGood' | 'views' | 'close') => parts.map(source => source[method] !== undefined);
  const partsOf = (where: string, indices: ArrayLike<number>): Part[] => {
    checkIndices(where, indices, length);
    const found = parts.map((source, s) => {
      const positions = Int32Array.from({length: indices.length}, (_, i) => i).filter(
        i => indices[i] >= starts[s] && indices[i] < starts[s] + source.length,
      );
      return {source, positions, indices: positions.map(i => indices[i] - starts[s])};
    });
    return indices.length === 0 ? found.slice(0, 1) : found.filter(({positions}) => positions.length > 0);
  };
  const labels =
    parts.every(source => source.labels !== undefined) && parts.flatMap(source => Array.from(source.labels ?? []));
  return {
    length,
    height,
    width,
    channels,
    ...(labels && {labels: Int32Array.from(labels)}),
    ...(classNames && {classNames}),
    read: async indices => (await gather(partsOf('read', indices), readAll)).images,
    ...(has('readGood').includes(true) && {
      readGood: async (indices: ArrayLike<number>) => gather(partsOf('readGood', indices), readGood),
    }),
    ...(!has('views').includes(false) && {
      views: async (request: ViewsRequest) => gatherViews(partsOf('views', request.indices), request, channels),
    }),
    ...(has('close').includes(true) && {
      close: async () => {
        await Promise.all(parts.map(async source => source.close?.()));
      },
    }),
    get bad(): readonly BadImage[] | undefined {
      const lists = parts.map(source => source.bad).filter(list => list !== undefined);
      // each once, though a source may be there twice
      return lists.length === 0 ? undefined : [...new Set(lists.flat())];
    },
  };
}
