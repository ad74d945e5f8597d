import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {parquetReadObjects} from 'hyparquet';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {doubt, explain} from '../src/commands/duplicates/explain.js';
import {duplicates} from '../src/commands/duplicates/run.js';
import {encoderIn, photos, picture, recorded, temporary} from './images.js';
import {embedTo} from '../src/commands/embed/run.js';
import {search} from '../src/commands/search/run.js';

/** A folder of pictures in which some are copies, and an encoder. */
async function prepared(): Promise<{readonly root: string; readonly run: string; readonly data: string}> {
  const root = temporary();
  const data = await photos(join(root, 'photos'), 24);
  const original = await picture(4);
  mkdirSync(join(data, 'copies'));
  writeFileSync(join(data, 'copies', 'again.jpg'), await sharp(original).jpeg({quality: 80}).toBuffer());
  writeFileSync(join(data, 'copies', 'small.png'), await sharp(original).resize(30, 27).png().toBuffer());
  writeFileSync(
    join(data, 'copies', '=1+1.webp'),
    await sharp(await picture(7))
      .webp()
      .toBuffer(),
  );
  writeFileSync(join(data, 'copies', 'broken.png'), 'no image');
  return {root, data, run: await encoderIn(join(root, 'encoder'))};
}

test('finds the copies that were made, and no others', async () => {
  const {root, data, run} = await prepared();
  const tensors = tf.memory().numTensors;
  const {output, records, said} = recorded();
  const out = join(root, 'found');
  await duplicates({run, data, out, index: join(root, 'index'), workers: 0, falseAlarms: 0.1}, {output});
  const groups = records
    .filter(({event}) => event === 'group')
    .map(({images}) => (images as {path: string}[]).map(({path}) => path.slice(data.length + 1)));
  expect(groups).toEqual([
    ['a/04.png', 'copies/again.jpg', 'copies/small.png'],
    ['b/07.png', 'copies/=1+1.webp'],
  ]);
  expect(said.join('\n')).toContain('Nothing was deleted.');
  expect(said.join('\n')).toMatch(/missed +re-encoded: \d+ of 27/);
  const csv = readFileSync(join(out, 'duplicates.csv'), 'utf8').trimEnd().split('\r\n');
  expect(csv).toHaveLength(6);
  expect(csv[0]).toBe('group,path,suggestion,similarity,pixels,bytes');
  expect(csv.filter(line => line.includes(',keep,'))).toHaveLength(2);
  const page = readFileSync(join(out, 'duplicates.html'), 'utf8');
  expect(page.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(5);
  expect(page).toContain('=1+1.webp');
  expect(page).toContain('2 groups among 27 images.'); // those that can be read
  for (const name of ['a/04.png', 'copies/again.jpg']) expect(existsSync(join(data, name))).toBe(true);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('where there are none it says so, and of how many images', async () => {
  const root = temporary();
  const {output, said} = recorded();
  const [run, data] = [await encoderIn(join(root, 'encoder')), await photos(join(root, 'photos'), 12)];
  await duplicates({run, data, out: join(root, 'found'), index: join(root, 'index'), workers: 0}, {output});
  expect(said.join('\n')).toContain('\nNo near-duplicates found: 12 images were compared');
  expect(said.join('\n')).toMatch(/\d times? another image was as near as a copy, of 12 images/);
  const nowhere = {run: join(root, 'none'), data, out: join(root, 'other')};
  await expect(duplicates(nowhere, {output})).rejects.toThrow('which is not there; check the path.');
  expect(existsSync(join(root, 'other'))).toBe(false);
});

test('where different images come as near as copies do, it says what would find the copies', () => {
  const told = (far: number, rateOfAll: number): string => {
    const misses = {missed: 9, far, of: 10}; // the pixels of the others do not agree, which no rate changes
    const threshold = {similarity: 0.99, likeness: 0.9, falseAlarms: 2, rateOfAll};
    const all = {'re-encoded': misses, 'half the size': misses, 'cropped by 5 %': misses, 'two of them': misses};
    return new Map(explain({threshold, tried: 300, misses: all}, 0.01)).get('advice') ?? 'none';
  };
  expect(told(3, 4 / 300)).toContain('--false-alarms 0.014 finds them'); // rounded up: 0.013 is too few
  expect(told(2, 4 / 300)).toBe('none'); // few are too far
  expect(told(3, 1.004)).toContain('train the encoder longer');
});

test('where most copies are missed, the groups are doubted', () => {
  const threshold = {similarity: 0.99, likeness: 0.9, falseAlarms: 2, rateOfAll: 0.1};
  const doubted = (missed: number): string => {
    const misses = {missed, far: missed, of: 10};
    const all = {'re-encoded': misses, 'half the size': misses, 'cropped by 5 %': misses, 'two of them': misses};
    return doubt({threshold, tried: 300, misses: all});
  };
  expect(doubted(5)).toBe('');
  expect(doubted(6)).toMatch(/^\nLook before you act: 60\.0 % of the copies that were tried are missed/);
});

test('what is there already is not written over', async () => {
  const {root, data, run} = await prepared();
  mkdirSync(join(root, 'found'));
  writeFileSync(join(root, 'found', 'duplicates.csv'), 'mine');
  const told = {run, data, out: join(root, 'found'), index: join(root, 'index')};
  await expect(duplicates(told, {output: recorded().output})).rejects.toThrow(
    'which is there; give another, or --overwrite.',
  );
  expect(readFileSync(join(root, 'found', 'duplicates.csv'), 'utf8')).toBe('mine');
});

test('a search finds an image by its copy, and draws a page', async () => {
  const {root, data, run} = await prepared();
  const {output, records} = recorded();
  const [out, query] = [join(root, 'found.html'), [join(data, 'copies', 'again.jpg')]];
  await search({run, data, query, k: 3, out, index: join(root, 'index'), workers: 0}, {output});
  const {hits = []} = records.find(({event}) => event === 'found') as {
    readonly event: string;
    readonly hits?: {path: string}[];
  };
  const paths = hits.map(({path}) => path);
  expect(paths).toHaveLength(3);
  expect(paths).not.toContain(query[0]); // it is one of the images itself
  const link = join(root, 'link');
  symlinkSync(data, link, 'junction');
  const linked = recorded();
  const same = {run, data, query: [join(link, 'copies', 'again.jpg')], k: 3, index: join(root, 'index'), workers: 0};
  await search(same, {output: linked.output});
  expect(linked.records.find(({event}) => event === 'found')).toMatchObject({hits}); // by whatever way it is named
  expect(paths).toContain(join(data, 'a', '04.png'));
  const page = readFileSync(out, 'utf8');
  expect(page.match(/<img /g)).toHaveLength(4);
  expect(page).toContain('The nearest of 27 images,');
  const folder = {run, data, query: [data], index: join(root, 'index'), workers: 0};
  await expect(search(folder, {output})).rejects.toThrow(`got the folder ${data}; give images in it.`);
  const broken = {...folder, query: [join(data, 'copies', 'broken.png')]};
  await expect(search(broken, {output})).rejects.toThrow('expected images that can be read as --query, got');
  const bad = {run, data, query: [join(root, 'nowhere.jpg')], index: join(root, 'index'), workers: 0};
  await expect(search(bad, {output})).rejects.toThrow('nowhere.jpg, which is not there; check the path.');
});

test('embeddings are the same in all files', async () => {
  const {root, data, run} = await prepared();
  const of = (ending: string): string => join(root, `e.${ending}`);
  for (const ending of ['csv', 'npy', 'parquet', 'safetensors']) {
    await embedTo({run, data, out: of(ending), workers: 0, overwrite: true}, {output: recorded().output});
    if (ending === 'csv') writeFileSync(of('full'), readFileSync(of('csv'))); // others write their paths there
  }
  const [head, ...lines] = readFileSync(of('full'), 'utf8').trimEnd().split('\r\n');
  expect(head.split(',').slice(0, 3)).toEqual(['path', 'label', 'e0']);
  const numbers = lines.map(line => line.split(',').slice(2).map(Number));
  const npy = readFileSync(of('npy'));
  const start = 10 + npy.readUInt16LE(8);
  const flat = new Float32Array(npy.buffer.slice(npy.byteOffset + start, npy.byteOffset + npy.length));
  expect([...flat]).toEqual(numbers.flat().map(Math.fround));
  const bytes = readFileSync(of('parquet'));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const rows = (await parquetReadObjects({file})) as {path: string; label: string; embedding: number[]}[];
  expect(rows.map(({path}) => path)).toContain(join(data, 'copies', '=1+1.webp')); // programs get the name itself
  expect(rows.map(({label}) => label)).toEqual(lines.map(line => line.split(',')[1]));
  expect(rows.flatMap(({embedding}) => embedding)).toEqual([...flat]);
  const safetensors = readFileSync(of('safetensors'));
  expect(safetensors.subarray(-4 * flat.length)).toEqual(npy.subarray(start));
});

test('a file of an ending that is none is told before any work', async () => {
  const told = {run: 'nowhere', data: 'nowhere', out: join(temporary(), 'e.parquett')};
  await expect(embedTo(told, {output: recorded().output})).rejects.toThrow('did you mean .parquet?');
});
