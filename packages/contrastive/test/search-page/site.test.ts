import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {runInNewContext} from 'node:vm';
import {extractFeatures} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import {loadLayersModel} from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {UsageError} from '../../src/program/usage-error.js';
import {quantise} from '../../src/search-page/quantised.js';
import type {SiteData, SiteModel} from '../../src/search-page/site-data.js';
import {checkSite} from '../../src/search-page/site/check-site.js';
import {writeSite, type SiteParts} from '../../src/search-page/site/write-site.js';
import {recorded, temporary} from '../images.js';
import {makeGallery, nasty, type Gallery} from './gallery.js';

let gallery: Gallery;
/** A site that was written, and what was said of it. */
let folder: string;
let facts: Awaited<ReturnType<typeof writeSite>>;
let leaked: number;

beforeAll(async () => {
  gallery = await makeGallery();
  folder = join(gallery.root, 'written', 'site');
  const tensors = tf.memory().numTensors;
  facts = await write(folder);
  leaked = tf.memory().numTensors - tensors;
});

afterAll(() => gallery.close());

const partsOf = ({opened, bank, data}: Gallery): SiteParts => ({
  ...{opened, bank, data, k: 12, title: 'photos', encoder: 'encoder'},
});

const write = async (folder: string, overwrite = false, parts = partsOf(gallery)) =>
  writeSite('test', folder, parts, overwrite, recorded().output);

/** What a script gives to the page. */
function valueOf(folder: string, name: string): unknown {
  let found: unknown;
  const contrastiveSite = (own: string, value: unknown): void => {
    expect(own).toBe(name);
    found = value;
  };
  runInNewContext(readFileSync(join(folder, `${name}.js`), 'utf8'), {contrastiveSite});
  return JSON.parse(JSON.stringify(found)); // of this realm
}

const bytesOf = (folder: string, name: string): Buffer => Buffer.from(valueOf(folder, name) as string, 'base64');

const failure = async (result: Promise<unknown>): Promise<Error> =>
  result.then(
    () => new Error('nothing was in the way'),
    (error: unknown) => error as Error,
  );

test('it has the page, the images, their features and the encoder, and nothing of where they lie', async () => {
  const {files, bytes, weightBytes, agreement} = facts;
  expect(leaked).toBe(0);
  const names = readdirSync(folder).sort();
  expect(names).toEqual([
    ...['about.js', 'cover.webp', 'encoder.js', 'features-0.js', 'index.html', 'model.js'],
    ...['sheet-0.webp', 'sheet-1.webp', 'site.js', 'wasm-0.js', 'weights-0.js'],
  ]);
  expect(files).toBe(names.length);
  expect(bytes).toBe(names.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0));
  expect(agreement.share).toBeGreaterThan(0.95);

  const about = valueOf(folder, 'about') as SiteData;
  expect(about).toMatchObject({title: 'photos', images: 40, k: 12, columns: 64, encoder: 'encoder', weightBytes});
  expect(about.names).toContain(`a/${nasty[0]}`);
  expect(about.names).toContain('a/line␊break.png');
  expect(about.cover).toHaveLength(24);
  const rounded = quantise(gallery.bank);
  expect([...bytesOf(folder, 'features-0')]).toEqual([...new Uint8Array(rounded.data.buffer)]);
  expect(bytesOf(folder, 'wasm-0').subarray(0, 4)).toEqual(Buffer.from('\0asm'));

  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).not.toMatch(/unsafe-inline|&#39;unsafe-eval|(src|href)="(https?:)?\//);
  const written = names.filter(name => !name.endsWith('.webp')).map(name => readFileSync(join(folder, name), 'utf8'));
  expect(written.join('')).not.toContain(gallery.root);
});

test('its encoder gives the features of the one that was written, bit for bit', async () => {
  const {modelTopology, weightSpecs, preparation} = valueOf(folder, 'model') as SiteModel;
  expect(preparation).toEqual(gallery.opened.preparation);
  const weightData = new Uint8Array(bytesOf(folder, 'weights-0')).buffer;
  const userDefinedMetadata = {preparation};
  const again = await loadLayersModel(tf.io.fromMemory({modelTopology, weightSpecs, weightData, userDefinedMetadata}));
  try {
    const {source} = gallery.data;
    const [own, theirs] = [
      await extractFeatures(again, source, {indices: [1, 2]}),
      await extractFeatures(gallery.opened.encoder, source, {indices: [1, 2]}),
    ];
    expect(own.data).toEqual(theirs.data);
  } finally {
    again.dispose();
  }
});

test('thumbnails lie where the page looks for them', async () => {
  const {cover, sheets} = valueOf(folder, 'about') as SiteData;
  expect(sheets).toEqual({tile: 128, columns: 6, perSheet: 36});
  const last = await sharp(join(folder, 'sheet-1.webp')).metadata();
  expect([last.width, last.height]).toEqual([768, 128]); // four images
  /** The mean of a tile. */
  const mean = async (file: string, place: number): Promise<number> => {
    const {tile, columns} = sheets;
    const box = {left: (place % columns) * tile, top: Math.floor(place / columns) * tile, width: tile, height: tile};
    const cut = await sharp(join(folder, file)).extract(box).toBuffer();
    return (await sharp(cut).stats()).channels[0].mean;
  };
  const original = async (image: number): Promise<number> => {
    const square = {left: 2, top: 0, width: 36, height: 36}; // in the middle of 40 x 36 pixels
    const cut = await sharp(gallery.data.source.nameOf(gallery.bank.indices[image])).extract(square).toBuffer();
    return (await sharp(cut).stats()).channels[0].mean;
  };
  for (const image of [0, 7, 35]) expect(await mean('sheet-0.webp', image)).toBeCloseTo(await original(image), -1);
  expect(await mean('sheet-1.webp', 3)).toBeCloseTo(await original(39), -1);
  expect(await mean('cover.webp', 9)).toBeCloseTo(await original(cover[9]), -1);
});

test('what is there and is not ours stays; a site of ours is replaced whole where that is asked for', async () => {
  const root = temporary();
  const [taken, page, file, site] = ['taken', 'page', 'file', 'site'].map(name => join(root, name));
  mkdirSync(taken);
  writeFileSync(join(taken, 'thesis.tex'), 'years');
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '<p>mine</p>');
  writeFileSync(file, '');
  for (const [folder, message] of [
    [taken, 'with thesis.tex in it; give another.'],
    [page, 'with files of others in it; give another.'],
    [file, ', which cannot be read (ENOTDIR'],
  ] as const) {
    const error = await failure(write(folder, true));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('expected a new or empty folder, or a site of this command, as --site');
    expect(error.message).toContain(message);
  }
  expect(readdirSync(taken)).toEqual(['thesis.tex']);
  expect(readFileSync(join(page, 'index.html'), 'utf8')).toBe('<p>mine</p>');

  mkdirSync(site); // an empty one may be taken
  await write(site);
  writeFileSync(join(site, 'sheet-99.webp'), 'of an older site');
  const before = readFileSync(join(site, 'about.js'), 'utf8');
  expect((await failure(checkSite('test', site, false))).message).toContain(
    'with a site in it; give another, or --overwrite.',
  );
  await write(site, true, {...partsOf(gallery), title: 'others'});
  expect(existsSync(join(site, 'sheet-99.webp'))).toBe(false);
  expect(readFileSync(join(site, 'about.js'), 'utf8')).not.toBe(before);
  expect(readdirSync(root).sort()).toEqual(['file', 'page', 'site', 'taken']);
});

test('a failure half-way leaves what was there, and nothing beside it', async () => {
  const root = temporary();
  const site = join(root, 'site');
  await write(site);
  const before = readdirSync(site).map(name => readFileSync(join(site, name)));
  let left = 2;
  const {data} = gallery;
  const source = {
    ...data.source,
    views: async (request: Parameters<typeof data.source.views>[0]) =>
      left-- > 0 ? data.source.views(request) : Promise.reject(new Error('the disk is gone')),
  };
  const error = await failure(write(site, true, {...partsOf(gallery), data: {...data, source}}));
  expect(error.message).toBe('the disk is gone');
  expect(readdirSync(site).map(name => readFileSync(join(site, name)))).toEqual(before);
  expect(readdirSync(root)).toEqual(['site']);
});
