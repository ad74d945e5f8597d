import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import sharp from 'sharp';
import {createGroups, joinAlike, joinByKey} from './groups.js';
import {RECORD, type Counts, type SetRecord, type Split} from './record.js';
import {splitGroups} from './split-groups.js';

/** Height and width of the pictures. */
const SIZE = 64;
/** Height and width at which pictures are compared, and by how many grey levels those alike differ on average. */
const THUMBNAIL = 16;
const ALIKE = 3;

const SEED = 1;
const SHARES = [0.7, 0.1, 0.2];

/** A picture on its way into a folder. */
export interface Picture {
  /** The folder of its class. */
  readonly className: string;
  /** Its name there, without ending. */
  readonly name: string;
  /** Pictures with the same key are variants of each other. */
  readonly variantsOf: string;
  /** Who drew it, where the folder has several. */
  readonly vendor?: string;
  /** As PNG of `SIZE`. */
  readonly png: Buffer;
  /** Its thumbnail, by which others like it are found. */
  readonly thumbnail: Uint8Array;
  /** The part of its pixels, in (0, 1], that have about its commonest colour: nearly 1 where it is almost blank. */
  readonly plain: number;
}

/** What of a picture is known before it is drawn. */
export type Named = Omit<Picture, 'png' | 'thumbnail' | 'plain'>;

/** The means of squares of a picture of `SIZE`, `[THUMBNAIL, THUMBNAIL, 3]`. */
function thumbnailOf(data: Uint8Array): Uint8Array {
  const side = SIZE / THUMBNAIL;
  const sums = new Float64Array(THUMBNAIL * THUMBNAIL * 3);
  for (let i = 0; i < data.length; i++) {
    const [channel, pixel] = [i % 3, Math.floor(i / 3)];
    const [x, y] = [Math.floor((pixel % SIZE) / side), Math.floor(pixel / SIZE / side)];
    sums[(y * THUMBNAIL + x) * 3 + channel] += data[i];
  }
  return Uint8Array.from(sums, sum => Math.round(sum / side ** 2));
}

/** Levels that the channels of a pixel may lie beside the commonest colour's and still be of about that colour. */
const SAME_COLOUR = 8;

/** The part of the pixels of a picture, `[pixels, 3]`, that have about the colour that most of them have. */
function plainPart(data: Uint8Array): number {
  const counts = new Map<number, number>();
  const colourAt = (i: number): number => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
  for (let i = 0; i < data.length; i += 3) counts.set(colourAt(i), (counts.get(colourAt(i)) ?? 0) + 1);
  const [[common]] = [...counts].sort(([, a], [, b]) => b - a);
  const colour = [common >> 16, (common >> 8) & 255, common & 255];
  let same = 0;
  for (let i = 0; i < data.length; i += 3)
    if (colour.every((value, channel) => Math.abs(data[i + channel] - value) <= SAME_COLOUR)) same++;
  return (3 * same) / data.length;
}

/** Draws a picture onto white, in one size; undefined where it cannot be decoded. */
export async function drawPicture(named: Named, bytes: Buffer): Promise<Picture | undefined> {
  try {
    const {data, info} = await sharp(bytes)
      .flatten({background: 'white'})
      .resize(SIZE, SIZE, {fit: 'contain', background: 'white'})
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({resolveWithObject: true});
    if (info.channels !== 3 || data.length !== SIZE * SIZE * 3) return undefined;
    const png = await sharp(data, {raw: {width: SIZE, height: SIZE, channels: 3}})
      .png()
      .toBuffer();
    return {...named, png, thumbnail: thumbnailOf(data), plain: plainPart(data)};
  } catch {
    return undefined;
  }
}

/** How many pictures are drawn at once. */
const AT_ONCE = 16;

/** Draws pictures, in their order; those that cannot be decoded are left out. */
export async function drawPictures(
  given: Iterable<readonly [Named, Buffer]> | AsyncIterable<readonly [Named, Buffer]>,
): Promise<Picture[]> {
  const drawn: (Picture | undefined)[] = [];
  let pending: Promise<Picture | undefined>[] = [];
  for await (const [named, bytes] of given) {
    pending.push(drawPicture(named, bytes));
    if (pending.length < AT_ONCE) continue;
    drawn.push(...(await Promise.all(pending)));
    pending = [];
  }
  drawn.push(...(await Promise.all(pending)));
  return drawn.filter(picture => picture !== undefined);
}

/** What is written beside the pictures. */
export interface About {
  readonly from: readonly string[];
  /** In a line. */
  readonly licence: string;
  /** Texts that belong to the pictures, by the names of their files. */
  readonly texts: Readonly<Record<string, string | Buffer>>;
}

const pathOf = ({className, name}: Picture): string => `${className}/${name}.png`;

/** The parts, in the order of the pictures, of those that `take` takes. */
function splitOf(
  pictures: readonly Picture[],
  parts: Int32Array,
  take: (picture: Picture, part: number) => boolean = () => true,
): Split {
  const files = (part: number) => pictures.filter((picture, i) => parts[i] === part && take(picture, part)).map(pathOf);
  return {train: files(0), validation: files(1), test: files(2)};
}

/**
 * Writes pictures into a folder that is there and empty, a folder for each class, with splits and licences beside.
 * Variants and pictures that look alike are in the same part.
 *
 * @param vendors Of two, a second split trains on pictures of the first and tests on those of the second.
 */
export async function writeSet(
  directory: string,
  unordered: readonly Picture[],
  {from, licence, texts}: About,
  vendors?: readonly [string, string],
): Promise<SetRecord> {
  const pictures = [...unordered].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  const groups = createGroups(pictures.length);
  joinByKey(
    groups,
    pictures.map(({variantsOf}) => variantsOf),
  );
  joinAlike(
    groups,
    pictures.map(({thumbnail}) => thumbnail),
    ALIKE,
  );
  const numbers = groups.numbers();
  const classOf = pictures.map(({className}) => className);
  const parts = splitGroups(classOf, numbers, SHARES, SEED);
  const byVendor = vendors && splitOf(pictures, parts, ({vendor}, part) => vendor === vendors[part === 2 ? 1 : 0]);
  const names = [...new Set(classOf)];
  const counts = (className: string): Counts => {
    const own = Array.from(pictures.keys()).filter(i => classOf[i] === className);
    const [train, validation, test] = [0, 1, 2].map(part => own.filter(i => parts[i] === part).length);
    return {pictures: own.length, train, validation, test};
  };
  const record: SetRecord = {
    from,
    licence,
    size: SIZE,
    seed: SEED,
    groups: new Set(numbers).size,
    classes: Object.fromEntries(names.map(name => [name, counts(name)])),
    splits: {'by-picture': splitOf(pictures, parts), ...(byVendor && {'by-vendor': byVendor})},
  };
  for (const name of names) await mkdir(join(directory, name));
  for (const picture of pictures) await writeFile(join(directory, pathOf(picture)), picture.png);
  for (const [name, content] of Object.entries(texts)) await writeFile(join(directory, name), content);
  await writeFile(join(directory, RECORD), JSON.stringify(record));
  return record;
}
