import {show} from '@contrastive/internal';
import {isOtherEnding, whyLeftOut} from '../encoded/kinds.js';
import {tarEntries, type TarEntry} from './tar-entries.js';

/** An image of a shard. */
export interface ShardSample {
  /** How many samples of the shard come before it. */
  readonly entry: number;
  /** What its files are named up to the dot before their extension. */
  readonly key: string;
  /** The name of the image's file in the shard. */
  readonly name: string;
  /** The encoded image; empty where it was only located. */
  readonly bytes: Uint8Array;
  /** Where it begins in the shard, unpacked, and how long it is, in bytes. */
  readonly offset: number;
  readonly size: number;
  /** Class, where the shard has one. */
  readonly label?: number;
}

/** How a shard is read. */
export interface ShardReading {
  /** The field of `.json` files that is the label. */
  readonly labelKey: string;
  /** Whether the sample of this number is to be given; others are passed over without keeping their bytes. */
  readonly wanted: (entry: number) => boolean;
  /** Whether images are only located, not read; false by default. */
  readonly locate?: boolean;
  /** Told of files in the shard that are left out. */
  readonly report: (name: string, reason: string) => void;
}

const IMAGES: ReadonlySet<string> = new Set([
  'jpg',
  'jpeg',
  'jpe',
  'jfif',
  'png',
  'webp',
  'avif',
  'gif',
  'tif',
  'tiff',
]);

const LABELS: ReadonlySet<string> = new Set(['cls', 'json']);

/** What to do with parts of a sample that lie apart. */
const SORT = 'the files of a key must follow each other, so sort those of the shard by name';

/** Longer images are reported instead of read. */
const MOST_IMAGE_BYTES = 1 << 28;

/** Longer labels are left unread. */
const MOST_LABEL_BYTES = 1 << 20;

/** Of an image that was only located. */
const NONE = new Uint8Array();

/**
 * Names that lead out of a folder, or play tricks on a terminal: nothing is ever written, but whoever made such a shard
 * did not mean well.
 */
function isUnsafe(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are looked for
  return /^[\\/]|^[a-z]:[\\/]|[\0-\x1f\x7f]/i.test(name) || name.split(/[\\/]/).includes('..');
}

/**
 * Key and extension of a file: the base name is split at the first dot that no digit follows, so that `22.05.1.png` is
 * an image of the key `22.05.1`. Undefined for hidden files and for names without an extension.
 */
function split(name: string): {readonly key: string; readonly extension: string} | undefined {
  const parts = /^((?:.*\/)?[^./](?:[^./]|\.\d)*)\.(\D[^/]*)$/.exec(name.replace(/^(?:\.\/)+/, ''));
  return parts === null ? undefined : {key: parts[1], extension: parts[2].toLowerCase()};
}

/** A label, or what was found in its place; neither where there is none. */
interface Found {
  readonly label?: number;
  readonly instead?: string;
}

/** A class number, or what it is instead. */
const asLabel = (value: unknown): Found =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31
    ? {label: value}
    : {instead: show(value)};

async function readLabel(file: TarEntry, extension: string, labelKey: string): Promise<Found> {
  if (file.size > MOST_LABEL_BYTES) return {instead: `${file.size} bytes`};
  const text = new TextDecoder().decode(await file.read()).trim();
  if (extension === 'cls') return asLabel(/^\d+$/.test(text) ? Number(text) : text);
  try {
    const value: unknown = JSON.parse(text);
    const fields = new Map<string, unknown>(Object.entries(Object(value) as object));
    return fields.has(labelKey) ? asLabel(fields.get(labelKey)) : {};
  } catch {
    return {instead: 'what is no JSON'};
  }
}

/** The files of one sample, as far as they came. */
interface Group {
  readonly key: string;
  image?: Pick<ShardSample, 'name' | 'offset' | 'size'> & {readonly bytes?: Uint8Array};
  /** The label files by their extension, of which the first counts. */
  readonly labels: Map<string, {readonly name: string; readonly label?: number}>;
}

/**
 * The wanted samples of a shard (a WebDataset tar file) in its order: consecutive files with the same key. The first
 * file with the extension of an image is the image; a sample without one is no sample. `.cls` is the label, else the
 * field `labelKey` of `.json`. Other images, labels that are none or have no image beside them, and images of kinds
 * that are not decoded are reported; hidden files and those of other extensions are passed over.
 *
 * @throws Error where the shard is damaged; the sample that the damage may have hit is not given.
 */
export async function* shardSamples(
  file: string,
  {labelKey, wanted, locate = false, report}: ShardReading,
): AsyncGenerator<ShardSample, void, undefined> {
  let group: Group = {key: '', labels: new Map()};
  let entry = 0; // the number of the group's sample
  function* finish(): Generator<ShardSample, void, undefined> {
    const {key, image, labels} = group;
    if (image === undefined) {
      for (const {name, label} of labels.values())
        if (label !== undefined) report(name, `there is no image beside it, of the key ${key}; ${SORT}`);
      return;
    }
    const {name, bytes, offset, size} = image;
    const label = labels.get('cls')?.label ?? labels.get('json')?.label;
    if (bytes !== undefined) yield {entry, key, name, bytes, offset, size, ...(label !== undefined && {label})};
    entry++;
  }
  for await (const part of tarEntries(file)) {
    const {name, type, size, offset} = part;
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
    if (key !== group.key) {
      yield* finish();
      group = {key, labels: new Map()};
    }
    const last = extension.split('.').at(-1) ?? '';
    if (IMAGES.has(extension)) {
      if (type !== 'file' && type !== 'contiguous-file')
        report(name, `expected a file, got ${type ?? 'something unknown'}; it is left out`);
      else if (size > MOST_IMAGE_BYTES)
        report(name, `expected at most ${MOST_IMAGE_BYTES} bytes, got ${size}; it is left out`);
      else if (group.image) report(name, `the image of its key is ${group.image.name}; it is left out`);
      else group.image = {name, offset, size, ...(wanted(entry) && {bytes: locate ? NONE : await part.read()})};
    } else if (isOtherEnding(last)) {
      report(name, whyLeftOut(last));
    } else if (IMAGES.has(last)) {
      report(
        name,
        `expected one ending after its key ${key}, got .${extension}; rename it, if it is an image to learn`,
      );
    } else if (LABELS.has(extension)) {
      if (!wanted(entry)) continue;
      const known = group.labels.get(extension);
      const {label, instead} = await readLabel(part, extension, labelKey);
      if (instead !== undefined) report(name, `expected a whole number from 0 as the label, got ${instead}`);
      else if (known) report(name, `the label of its key is in ${known.name}; it is left out`);
      else group.labels.set(extension, {name, label});
    } else if (last === 'cls') {
      report(name, `expected .cls after its key ${key}, got .${extension}; rename it, if it is the label`);
    }
  }
  yield* finish();
}
