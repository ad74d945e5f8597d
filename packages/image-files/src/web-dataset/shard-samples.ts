import {tarEntries, type TarEntry} from './tar-entries.js';

/** An image of a shard. */
export interface ShardSample {
  /** How many samples of the shard come before it. */
  readonly entry: number;
  /** What its files are named up to the first dot of the base name. */
  readonly key: string;
  /** The name of the image's file in the shard. */
  readonly name: string;
  /** The encoded image. */
  readonly bytes: Uint8Array;
  /** Class, where the shard has one. */
  readonly label?: number;
}

/** How a shard is read. */
export interface ShardReading {
  /** The field of `.json` files that is the label. */
  readonly labelKey: string;
  /** Whether the sample of this number is to be given; others are passed over without keeping their bytes. */
  readonly wanted: (entry: number) => boolean;
  /** Told of files in the shard that are left out. */
  readonly report: (name: string, reason: string) => void;
}

const IMAGES: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif', 'tif', 'tiff']);

/** Longer images are reported instead of read. */
const MOST_IMAGE_BYTES = 1 << 28;

/** Longer labels are left unread. */
const MOST_LABEL_BYTES = 1 << 20;

/**
 * Names that lead out of a folder, or play tricks on a terminal: nothing is ever written, but whoever made such a shard
 * did not mean well.
 */
function isUnsafe(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are looked for
  return /^[\\/]|^[a-z]:[\\/]|[\0-\x1f\x7f]/i.test(name) || name.split(/[\\/]/).includes('..');
}

/**
 * Key and extension of a file: the name is split at the first dot of its base name. Undefined for files that belong to
 * no sample.
 */
function split(name: string): {readonly key: string; readonly extension: string} | undefined {
  const parts = /^((?:.*\/)?[^./]+)\.([^/]+)$/.exec(name.replace(/^(?:\.\/)+/, ''));
  return parts === null ? undefined : {key: parts[1], extension: parts[2].toLowerCase()};
}

/** A class number, or undefined. */
function asLabel(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : undefined;
}

async function readLabel(file: TarEntry, extension: string, labelKey: string): Promise<number | undefined> {
  const text = new TextDecoder().decode(await file.read()).trim();
  if (extension === 'cls') return /^\d+$/.test(text) ? asLabel(Number(text)) : undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? asLabel(new Map<string, unknown>(Object.entries(value)).get(labelKey))
      : undefined;
  } catch {
    return undefined; // the image can be used without
  }
}

/** The files of one sample, as far as they came. */
interface Group {
  readonly key: string;
  image?: {readonly name: string; readonly bytes?: Uint8Array};
  readonly labels: {cls?: number; json?: number};
}

/**
 * The wanted samples of a shard (a WebDataset tar file) in its order: consecutive files with the same key. The first
 * file with the extension of an image is the image; a sample without one is no sample. `.cls` is the label, else the
 * field `labelKey` of `.json`.
 *
 * @throws Error where the shard is damaged; the sample that the damage may have hit is not given.
 */
export async function* shardSamples(
  file: string,
  {labelKey, wanted, report}: ShardReading,
): AsyncGenerator<ShardSample, void, undefined> {
  let group: Group | undefined;
  let entry = 0; // the number of the group's sample
  function* finish(): Generator<ShardSample, void, undefined> {
    if (group?.image === undefined) return;
    const {
      key,
      image: {name, bytes},
      labels,
    } = group;
    const label = labels.cls ?? labels.json;
    if (bytes !== undefined) yield {entry, key, name, bytes, ...(label !== undefined && {label})};
    entry++;
  }
  for await (const part of tarEntries(file)) {
    const {name, type, size} = part;
    if (isUnsafe(name)) {
      report(
        JSON.stringify(name).slice(1, -1),
        'its name leads out of the shard or has control characters; it is left out',
      );
      continue;
    }
    const place = split(name);
    if (place === undefined) continue;
    const {key, extension} = place;
    if (key !== group?.key) {
      yield* finish();
      group = {key, labels: {}};
    }
    if (IMAGES.has(extension)) {
      if (type !== 'file' && type !== 'contiguous-file')
        report(name, `expected a file, got ${type ?? 'something unknown'}; it is left out`);
      else if (size > MOST_IMAGE_BYTES)
        report(name, `expected at most ${MOST_IMAGE_BYTES} bytes, got ${size}; it is left out`);
      else group.image ??= {name, ...(wanted(entry) && {bytes: await part.read()})};
    } else if ((extension === 'cls' || extension === 'json') && size <= MOST_LABEL_BYTES && wanted(entry)) {
      group.labels[extension] ??= await readLabel(part, extension, labelKey);
    }
  }
  yield* finish();
}
