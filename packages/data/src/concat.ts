import {anything, checkIndices, checkValue, list} from '@contrastive/internal';
import {copyRow, emptyLike} from './batches/rows.js';
import {checkGiven, checkSource} from './check-source.js';
import type {Source, ViewsBytes, ViewsRequest} from './source.js';

/** What one source has of the images that are asked for. */
interface Part {
  readonly source: Source;
  /** Which of its images. */
  readonly indices: Int32Array;
  /** Where in the request each of them stands, ascending. */
  readonly positions: Int32Array;
}

const sourcesRule = list(anything, 'a list of sources');

/** Throws unless all sources have the same channels, and one list of class names, which it returns where any has it. */
function checkAlike(sources: readonly Source[]): readonly string[] | undefined {
  checkValue('concat', 'sources', sources, sourcesRule);
  sources.forEach((source, i) => {
    checkSource('concat', source, `source ${i}`);
  });
  if (sources.length === 0) throw new RangeError('concat: expected at least one source as sources, got none.');
  const other = sources.findIndex(({channels}) => channels !== sources[0].channels);
  if (other >= 0) {
    const got = `${sources[0].channels} in source 0 and ${sources[other].channels} in source ${other}`;
    throw new RangeError(
      `concat: expected the same channels as sources, got ${got}; open them with the same channels.`,
    );
  }
  const names = sources.find(({classNames}) => classNames)?.classNames;
  const differs = sources.findIndex(
    ({classNames}) => classNames && JSON.stringify(classNames) !== JSON.stringify(names),
  );
  if (differs >= 0) {
    const got = `${JSON.stringify(names)} and, in source ${differs}, ${JSON.stringify(sources[differs].classNames)}`;
    throw new RangeError(
      `concat: expected the same class names as sources, got ${got}; give sources of the same classes, because one ` +
        'number would mean two.',
    );
  }
  return names;
}

/** The views of all parts in the order of the request. */
async function gather(parts: readonly Part[], request: ViewsRequest, channels: number): Promise<ViewsBytes> {
  const answers = await Promise.all(
    parts.map(async ({source, indices, positions}) => {
      const keys = positions.map(position => request.keys[position]);
      const given = await source.views({...request, indices, keys});
      checkGiven('concat', given, request.augments.length, indices.length, channels);
      return {...given, positions};
    }),
  );
  const [{sizes}] = answers;
  const other = answers.find(answer => JSON.stringify(answer.sizes) !== JSON.stringify(sizes));
  if (other) {
    throw new RangeError(
      `views: expected views of one size, got ${JSON.stringify(sizes)} and ${JSON.stringify(other.sizes)} of joined ` +
        'sources; begin the augmentation with a crop, as randomResizedCrop({size: 224}).',
    );
  }
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
 * class names when any has, a size when all have the same. Its `bad` has the bad images of all, and its `close` closes
 * all.
 *
 * @throws RangeError when there is no source, or when channels or class names differ.
 * @example
 * const all = concat([await cifar10({directory}), await cifar10({directory, split: 'test'})]);
 */
export function concat(sources: readonly Source[]): Source {
  const classNames = checkAlike(sources);
  const parts = [...sources];
  let length = 0;
  const starts = parts.map(source => (length += source.length) - source.length);
  const [{channels, size}] = parts;
  const partsOf = (indices: Int32Array): Part[] => {
    const found = parts.map((source, s) => {
      const positions = Int32Array.from(indices.keys()).filter(
        i => indices[i] >= starts[s] && indices[i] < starts[s] + source.length,
      );
      return {source, positions, indices: positions.map(i => indices[i] - starts[s])};
    });
    return indices.length === 0 ? found.slice(0, 1) : found.filter(({positions}) => positions.length > 0);
  };
  const labels =
    parts.every(source => source.labels !== undefined) && parts.flatMap(source => Array.from(source.labels ?? []));
  const sized = parts.every(source => String(source.size) === String(size));
  return {
    length,
    channels,
    ...(sized && size && {size}),
    ...(labels && {labels: Int32Array.from(labels)}),
    ...(classNames && {classNames}),
    inThreads: parts.some(({inThreads}) => inThreads),
    nameOf: index => {
      const part = starts.findLastIndex(start => start <= index);
      return parts[part].nameOf(index - starts[part]);
    },
    views: async request => {
      checkIndices('views', request.indices, length);
      return gather(partsOf(request.indices), request, channels);
    },
    get bad() {
      return [...new Set(parts.flatMap(({bad}) => bad))]; // each once, though a source may be there twice
    },
    close: async () => {
      await Promise.all(parts.map(async source => source.close()));
    },
  };
}
