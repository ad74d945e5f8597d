import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {Preparation} from '@contrastive/augment';
import {imageFolder} from '@contrastive/image-files';
import {extractFeatures, nearest, type Features} from '@contrastive/linear-probe';
import {resnet} from '@contrastive/resnet';
import {fillByFormula, formula} from '@contrastive/testing';
import {exportEncoder} from '@contrastive/weights/node';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, test} from 'vitest';

const run = promisify(execFile);

/** The library that opens the folders, from npm: half a gigabyte. */
const LIBRARY = process.env.CONTRASTIVE_TRANSFORMERS ?? '@huggingface/transformers@4.3.2';

/** What its users write. */
const PROGRAM = `import {env, pipeline} from '@huggingface/transformers';
const [models, ...images] = process.argv.slice(2);
env.localModelPath = models;
env.allowRemoteModels = false;
const extract = await pipeline('image-feature-extraction', 'encoder');
for (const image of images) {
  const {data} = await extract(image, {pool: true});
  console.log(JSON.stringify(Array.from(data)));
}
`;

const normalization = {mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]};

const project = mkdtempSync(join(tmpdir(), 'transformers-js-'));

beforeAll(async () => {
  writeFileSync(join(project, 'package.json'), '{"type": "module", "private": true}');
  writeFileSync(join(project, 'features.mjs'), PROGRAM);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', LIBRARY], {cwd: project});
}, 600_000);

afterAll(() => {
  rmSync(project, {recursive: true});
});

/** The library's features of images, `[n, d]`. */
async function theirs(models: string, paths: readonly string[]): Promise<Features> {
  const {stdout} = await run(process.execPath, ['features.mjs', models, ...paths], {cwd: project, maxBuffer: 1e8});
  const rows = stdout
    .split('\n')
    .filter(line => line.startsWith('['))
    .map(line => JSON.parse(line) as number[]);
  expect(rows.length).toBe(paths.length);
  return {data: Float32Array.from(rows.flat()), rows: rows.length, columns: rows[0].length};
}

/** An image like a photograph: noise of every scale, the coarser the stronger, with edges, in colours. */
async function photograph(name: string, width: number, height: number, channels: 1 | 3): Promise<Buffer> {
  const sum = new Float32Array(width * height * channels);
  for (let scale = 2; scale <= Math.min(width, height); scale *= 2) {
    const [across, down] = [scale + 1, Math.ceil((scale * height) / width) + 1];
    const noise = Uint8Array.from(formula(`${name}/${scale}`, across * down * channels), value => 127.5 * (1 + value));
    const {data} = await sharp(noise, {raw: {width: across, height: down, channels}})
      .resize(width, height, {fit: 'fill', kernel: scale < 16 ? 'nearest' : 'cubic'})
      .raw()
      .toBuffer({resolveWithObject: true});
    for (let i = 0; i < sum.length; i++) sum[i] += (data[i] - 127.5) / Math.sqrt(scale);
  }
  return sharp(
    Uint8ClampedArray.from(sum, value => 127.5 + value),
    {raw: {width, height, channels}},
  )
    .png()
    .toBuffer();
}

/** A folder of images, each in a file. */
async function folderOf(count: number, width: number, height: number, channels: 1 | 3 = 3): Promise<string[]> {
  const folder = join(project, `images-${count}-${width}-${height}-${channels}`);
  mkdirSync(folder, {recursive: true});
  const paths = Array.from({length: count}, (_, i) => join(folder, `${String(i).padStart(3, '0')}.png`));
  for (const path of paths) writeFileSync(path, await photograph(path.slice(-7), width, height, channels));
  return paths;
}

/** Where real photographs lie, as Debian's mate-backgrounds and lomiri-wallpapers-16.04 have them; made ones else. */
const {CONTRASTIVE_PHOTOGRAPHS: photographs} = process.env;

/** A folder of pieces of 640 × 480 of photographs, eight of each, from all over it. */
async function piecesOf(folder: string): Promise<string[]> {
  const to = join(project, 'pieces');
  mkdirSync(to);
  const paths: string[] = [];
  for (const name of readdirSync(folder).filter(one => /\.jpe?g$/i.test(one))) {
    const photo = sharp(join(folder, name)).resize({width: 1920, height: 1440, fit: 'cover'});
    const {data, info} = await photo.removeAlpha().raw().toBuffer({resolveWithObject: true});
    for (let piece = 0; piece < 8; piece++) {
      const [left, top] = [((piece * 5) % 8) * 182, piece * 137];
      const path = join(to, `${String(paths.length).padStart(4, '0')}.png`);
      const {width, height, channels} = info;
      const cut = sharp(data, {raw: {width, height, channels}}).extract({left, top, width: 640, height: 480});
      await cut.png().toFile(path);
      paths.push(path);
    }
  }
  return paths;
}

/** An encoder in a folder, and its features of images by both. */
async function bothOf(preparation: Preparation, paths: readonly string[]): Promise<[Features, Features]> {
  const {channels} = preparation;
  const encoder = resnet({depths: [1, 1, 1], width: 16, stem: 'cifar', inputShape: [null, null, channels]});
  fillByFormula(encoder);
  encoder.setUserDefinedMetadata({preparation});
  const models = mkdtempSync(join(project, 'models-'));
  await exportEncoder(encoder, join(models, 'encoder'), {format: 'transformers'});
  const source = await imageFolder(join(paths[0], '..'), {channels, workers: 0});
  const ours = await extractFeatures(encoder, source);
  encoder.dispose();
  return [ours, await theirs(models, paths)];
}

const interpolation = 'bicubic';

test.each([
  ['whole', {channels: 3, size: 64, crop: 1, interpolation, normalization}],
  ['from their middle', {channels: 3, size: 56, crop: 0.875, interpolation, normalization}],
  ['in grey', {channels: 1, size: 64, crop: 1, interpolation, normalization: {mean: [0.3], std: [0.4]}}],
] as const)('images of the size, taken %s, have the same features', async (_, preparation) => {
  const [ours, others] = await bothOf(preparation, await folderOf(5, 64, 64, preparation.channels));
  expect(others.columns).toBe(ours.columns);
  expect(others.data).toBeAllclose(ours.data, {atol: 1e-4, rtol: 1e-4});
});

test('colours become grey as ours do, but for the rounding of grey to bytes', async () => {
  const preparation = {channels: 1, size: 64, crop: 1, interpolation} as const;
  const [ours, others] = await bothOf(preparation, await folderOf(5, 64, 64));
  expect(others.data).toBeAllclose(ours.data, {atol: 1e-2, rtol: 1e-2});
});

/** Length of the difference of features over theirs, on average. */
function differenceOf(ours: Features, others: Features): number {
  const lengthOf = (row: number, value: (i: number) => number): number => {
    let sum = 0;
    for (let i = row * ours.columns; i < (row + 1) * ours.columns; i++) sum += value(i) ** 2;
    return Math.sqrt(sum);
  };
  const all = Array.from(
    {length: ours.rows},
    (_, row) => lengthOf(row, i => ours.data[i] - others.data[i]) / lengthOf(row, i => ours.data[i]),
  );
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

/** How many of ten nearest neighbours are the same, on average, in [0, 1]; an image is not its own. */
async function agreementOf(ours: Features, others: Features): Promise<number> {
  const [one, other] = await Promise.all([ours, others].map(features => nearest(features, features, 11)));
  let shared = 0;
  for (let row = 0; row < ours.rows; row++) {
    const of = ({rows}: typeof one) => rows.slice(row * 11, (row + 1) * 11).filter(found => found !== row);
    const mine = new Set(of(one));
    shared += [...of(other)].filter(found => mine.has(found)).length;
  }
  return shared / (10 * ours.rows);
}

test('photographs that are resized have features almost the same', async () => {
  const preparation = {channels: 3, size: 96, crop: 0.875, interpolation, normalization} as const;
  const paths = photographs === undefined ? await folderOf(60, 640, 480) : await piecesOf(photographs);
  const [ours, others] = await bothOf(preparation, paths);
  const [difference, agreement] = [differenceOf(ours, others), await agreementOf(ours, others)];
  console.log(
    `${paths.length} images: difference ${difference.toFixed(4)}, agreement of ten neighbours ${agreement.toFixed(3)}`,
  );
  expect(difference).toBeLessThan(0.05);
  expect(agreement).toBeGreaterThan(0.9);
});
