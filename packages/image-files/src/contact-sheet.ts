import {createRandom, type Augment, type Pixels} from '@contrastive/augment';
import {augmentRule, checkOptions, checkValue, integer, kind, type Rules} from '@contrastive/internal';

/** Options of `contactSheet`. */
export interface ContactSheetOptions {
  /** How many views are drawn, by default 24. */
  readonly draws?: number;
  /** Views in a row, by default 8. */
  readonly columns?: number;
  /** View `i` is drawn from `createRandom(seed, i)`; by default 1. */
  readonly seed?: number;
  /** Pixels between the views, by default 4. */
  readonly gap?: number;
  /** Views smaller than this are shown larger by a whole factor, in pixels; by default 96. */
  readonly least?: number;
}

const rules: Rules<ContactSheetOptions> = {
  draws: integer({least: 1}),
  columns: integer({least: 1}),
  seed: integer(),
  gap: integer({least: 0}),
  least: integer({least: 1}),
};

const imageRule = kind(
  '{data, height, width, channels}',
  value => (Object(value) as Partial<Pixels>).data instanceof Uint8Array,
);

/** An image of which each pixel is a square of `factor` pixels. */
function enlarged({data, height, width, channels}: Pixels, factor: number): Pixels {
  const [rows, columns] = [height * factor, width * factor];
  const result = new Uint8Array(rows * columns * channels);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      for (let channel = 0; channel < channels; channel++) result[to++] = data[from + channel];
    }
  }
  return {data: result, height: rows, width: columns, channels};
}

/**
 * Draws views of one image side by side, before normalisation: what an augmentation really does is seen at a glance.
 *
 * @returns A picture as PNG.
 * @throws TypeError or RangeError (a rejection) when an option is unknown or out of range.
 * @example
 * await writeFile('simclr.png', await contactSheet(image, simclrAugment({size: 224}), {draws: 24}));
 */
export async function contactSheet(
  image: Pixels,
  augment: Augment,
  options: ContactSheetOptions = {},
): Promise<Uint8Array> {
  checkValue('contactSheet', 'image', image, imageRule);
  checkValue('contactSheet', 'augment', augment, augmentRule);
  checkOptions('contactSheet', options, rules);
  const {draws = 24, columns = 8, seed = 1, gap = 4, least = 96} = options;
  const {default: sharp} = await import('sharp');
  const views = Array.from({length: draws}, (_, i) => {
    const view = augment.view(image, augment.sample(image.height, image.width, createRandom(seed, i)));
    return enlarged(view, Math.max(Math.ceil(least / Math.max(view.height, view.width)), 1));
  });
  const [height, width] = [Math.max(...views.map(view => view.height)), Math.max(...views.map(view => view.width))];
  const across = Math.min(columns, draws);
  const sheet = sharp({
    create: {
      width: across * (width + gap) + gap,
      height: Math.ceil(draws / columns) * (height + gap) + gap,
      channels: 3,
      background: 'white',
    },
  });
  return sheet
    .composite(
      views.map((view, i) => ({
        input: Buffer.from(view.data.buffer, view.data.byteOffset, view.data.length),
        raw: {width: view.width, height: view.height, channels: view.channels},
        left: gap + (i % columns) * (width + gap),
        top: gap + Math.floor(i / columns) * (height + gap),
      })),
    )
    .png()
    .toBuffer();
}
