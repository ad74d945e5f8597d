import {createRandom, type Pixels} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {contactSheet} from '@contrastive/image-files';
import sharp from 'sharp';
import {openIndexed} from '../data/open-data.js';
import {pixelsOf} from '../data/pixels.js';
import {survey} from '../data/survey.js';
import {printable} from '../escape/terminal.js';
import {checkFile} from '../output/check-file.js';
import {tellBad} from '../output/tell-bad.js';
import {counted} from '../output/words.js';
import type {Context} from '../program/command.js';
import {UsageError} from '../program/usage-error.js';
import {writeWhole} from '../run/run-folder.js';
import {choose} from './pretrain/choose.js';
import {augmentOf} from './pretrain/views.js';

const where = 'contrastive views';

/** What is drawn. */
interface Told {
  readonly data: string;
  readonly out: string;
  readonly method?: 'simclr' | 'moco-v1' | 'moco-v2';
  readonly size?: number;
  readonly minArea?: number;
  readonly images?: number;
  readonly draws?: number;
  readonly seed?: number;
  readonly overwrite?: boolean;
}

/** Some images that can be read, drawn by the seed. */
async function someImages(source: Source, count: number, seed: number): Promise<Pixels[]> {
  const found: Pixels[] = [];
  for (const index of createRandom(seed, 0x51e7).permutation(source.length)) {
    const pixels = await pixelsOf(source, index);
    if (pixels) found.push(pixels);
    if (found.length === count) break;
  }
  return found;
}

/** White around and between pictures, in pixels, as contact sheets have it. */
const GAP = 4;

/** An image itself, and its views to the right of it. */
async function withViews({data, width, height, channels}: Pixels, views: Uint8Array): Promise<Uint8Array> {
  const {width: across, height: side} = await sharp(views).metadata();
  const image = sharp(data, {raw: {width, height, channels}});
  const inner = side - 2 * GAP;
  const kernel = Math.max(width, height) < inner ? 'nearest' : 'lanczos3'; // small ones as views are enlarged
  const fitted = image.resize(inner, inner, {fit: 'contain', background: 'white', kernel});
  return sharp({create: {width: side + 2 * GAP + across, height: side, channels: 3, background: 'white'}})
    .composite([
      {input: await fitted.png().toBuffer(), left: GAP, top: GAP},
      {input: Buffer.from(views), left: side + 2 * GAP, top: 0},
    ])
    .png()
    .toBuffer();
}

/** Pictures below each other. */
async function stacked(pictures: readonly Uint8Array[]): Promise<Buffer> {
  const sizes = await Promise.all(pictures.map(async picture => sharp(picture).metadata()));
  const width = Math.max(...sizes.map(size => size.width));
  let top = 0;
  const layers = pictures.map((picture, i) => {
    const layer = {input: Buffer.from(picture), left: 0, top};
    top += sizes[i].height;
    return layer;
  });
  return sharp({create: {width, height: top, channels: 3, background: 'white'}})
    .composite(layers)
    .png()
    .toBuffer();
}

/** Draws some images, and the views of them that a training would see, a row each. */
export async function drawViews(told: Told, {output}: Context): Promise<void> {
  const {data: spec, out, images = 6, draws = 8, seed = 1, overwrite = false} = told;
  if (!/\.png$/i.test(out))
    throw new UsageError(`${where}: expected a file that ends in .png as --out, got ${out}; rename it.`);
  await checkFile(where, out, overwrite);
  const {source, spec: data} = await openIndexed(where, spec);
  try {
    const pixels = await someImages(source, images, seed);
    tellBad(source.bad, output);
    if (pixels.length === 0)
      throw new UsageError(`${where}: expected images that can be read in DATA, got none; look at them.`);
    const facts = {images: await survey(source), fixedChannels: source.channels, device: 'cpu'} as const;
    const {method, size, minArea} = told;
    const given = {...(method && {method}), ...(size !== undefined && {size}), ...(minArea !== undefined && {minArea})};
    const {configuration} = choose({out, data, ...given}, facts);
    const augment = augmentOf(configuration);
    const rows = await Promise.all(
      pixels.map(async (image, i) =>
        withViews(image, await contactSheet(image, augment, {draws, columns: draws, seed: seed + i})),
      ),
    );
    await writeWhole(out, await stacked(rows));
    output.record({event: 'views', file: out, images: pixels.length, draws, size: configuration.size});
    output.say(
      `${counted(pixels.length, 'image')}, and to the right of each ${counted(draws, 'view')} of it, ` +
        `${configuration.size} pixels each way: ${printable(out)}`,
    );
  } finally {
    await source.close();
  }
}
