import sharp from 'sharp';

/** Pictures of one size, one after the other. */
interface Pictures {
  /** `[n, tile, tile, channels]` of 0 to 255. */
  readonly bytes: Uint8Array;
  /** Height and width in pixels. */
  readonly tile: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
}

/** Sheets of thumbnails. */
interface Sheets {
  /** Thumbnails in a row. */
  readonly columns: number;
  /** Thumbnails in a sheet. */
  readonly perSheet: number;
  /** Height and width of a thumbnail in the sheets, in pixels. */
  readonly tile: number;
  /** The sheets as data URIs. */
  readonly sheets: readonly string[];
}

/** A sheet is a square of so many thumbnails each way: browsers decode it at once, and canvases take it whole. */
const SIDE = 32;

/** How a sheet may be made smaller, one after the other, until all fit: first coarser, then smaller. */
const steps = [
  {quality: 80, scale: 1},
  {quality: 60, scale: 1},
  {quality: 40, scale: 1},
  {quality: 40, scale: 2 / 3},
  {quality: 20, scale: 1 / 2},
  {quality: 5, scale: 1 / 3},
] as const;

/** A data URI of bytes. */
const dataUri = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`;

/** Places thumbnails in a sheet, row after row. */
export function place({bytes, tile, channels}: Pictures, from: number, count: number, columns: number) {
  const [width, height] = [columns * tile, Math.ceil(count / columns) * tile];
  const data = new Uint8Array(width * height * channels);
  const line = tile * channels;
  for (let i = 0; i < count; i++) {
    const [left, top] = [(i % columns) * tile, Math.floor(i / columns) * tile];
    for (let y = 0; y < tile; y++) {
      const at = ((from + i) * tile + y) * line;
      data.set(bytes.subarray(at, at + line), ((top + y) * width + left) * channels);
    }
  }
  return {data, width, height};
}

/**
 * Puts pictures on sheets, as WebP: coarser where all would take more than `mostBytes`, and smaller where that is not
 * enough.
 */
export async function makeSheets(pictures: Pictures, mostBytes: number): Promise<Sheets> {
  const {bytes, tile, channels} = pictures;
  const count = bytes.length / (tile * tile * channels);
  const columns = Math.min(SIDE, Math.max(1, Math.ceil(Math.sqrt(count))));
  const perSheet = columns * columns;
  const placed = Array.from({length: Math.ceil(count / perSheet)}, (_, sheet) =>
    place(pictures, sheet * perSheet, Math.min(perSheet, count - sheet * perSheet), columns),
  );
  for (const [step, {quality, scale}] of steps.entries()) {
    const tooMany = () => total > mostBytes && step + 1 < steps.length;
    const edge = Math.max(1, Math.round(tile * scale));
    const encoded: Buffer[] = [];
    let total = 0;
    for (const {data, width, height} of placed) {
      const sheet = sharp(data, {raw: {width, height, channels}});
      const scaled = edge === tile ? sheet : sheet.resize((width / tile) * edge, (height / tile) * edge);
      const webp = await scaled.webp({quality, effort: 3}).toBuffer();
      encoded.push(webp);
      total += webp.length;
      if (tooMany()) break;
    }
    if (tooMany()) continue;
    return {columns, perSheet, tile: edge, sheets: encoded.map(webp => dataUri('image/webp', webp))};
  }
  return {columns, perSheet, tile, sheets: []}; // no pictures
}

/** One picture as data URI, each pixel kept: for the few that are shown large. */
export async function pictureUri(
  data: Uint8Array,
  {height, width, channels}: {readonly height: number; readonly width: number; readonly channels: 1 | 3},
): Promise<string> {
  // Larger than a page shows it, even sharply, it would only be heavy.
  const picture = sharp(data, {raw: {height, width, channels}}).resize(224, 224, {
    fit: 'inside',
    withoutEnlargement: true,
  });
  return dataUri('image/webp', await picture.webp({quality: 90}).toBuffer());
}
