import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {call, recordsOf, refusal} from './call.js';
import {photos, temporary} from './images.js';

test('draws a row of views for each of some images, the same by the same seed', async () => {
  const root = temporary();
  const data = await photos(join(root, 'photos'), 6);
  const draw = async (name: string, ...more: readonly string[]): Promise<Buffer> => {
    const out = join(root, name);
    const args = ['views', data, '--out', out, '--images', '2', '--draws', '3', '--size', '16', ...more];
    const {code, out: said, errors} = await call(...args);
    expect({code, errors}).toEqual({code: 0, errors: ''});
    expect(said).toBe(`2 images, and to the right of each 3 views of it, 16 pixels each way: ${out}\n`);
    return readFileSync(out);
  };
  const one = await draw('one.png');
  const {width, height, format} = await sharp(one).metadata();
  expect(format).toBe('png');
  // Of 16 pixels each view has 96, with 4 around; the image before them is as high, and has 8 behind it.
  expect([width, height]).toEqual([4 + 96 + 4 + 8 + 4 + 3 * (96 + 4), 2 * (96 + 8)]);
  expect((await draw('again.png')).equals(one)).toBe(true);
  expect((await draw('other.png', '--seed', '2')).equals(one)).toBe(false);
  expect((await draw('moco.png', '--method', 'moco-v2')).equals(one)).toBe(false);
  const out = join(root, 'few.png');
  const records = await recordsOf('views', data, '--out', out, '--images', '9', '--size', '16');
  expect(records).toEqual([{event: 'views', file: out, images: 6, draws: 8, size: 16}]);
});

test('what cannot be drawn, or written, is told', async () => {
  const root = temporary();
  const [data, taken, out] = [await photos(join(root, 'photos'), 2), join(root, 'taken.png'), join(root, 'out.png')];
  writeFileSync(taken, 'mine');
  expect(await refusal(2, 'views', data, '--out', join(root, 'a.jpg'))).toContain('expected a file that ends in .png');
  expect(await refusal(2, 'views', data, '--out', taken)).toContain('which is there.\nGive another, or --overwrite.');
  mkdirSync(join(root, 'folder.png'));
  expect(await refusal(2, 'views', data, '--out', join(root, 'folder.png'))).toContain('got the folder');
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  mkdirSync(join(root, 'empty'));
  expect(await refusal(2, 'views', join(root, 'empty'), '--out', out)).toMatch(
    /contrastive views: expected images \(.*\) in .*empty, got none\.\nCheck the directory\.\n/,
  );
  mkdirSync(join(root, 'broken'));
  writeFileSync(join(root, 'broken', 'a.png'), 'no image');
  writeFileSync(join(root, 'broken', 'b.png'), 'no image');
  const {code, errors} = await call('views', join(root, 'broken'), '--out', out);
  expect(code).toBe(1);
  expect(errors).toMatch(/got 2 of the 2 tried so far, 100 % \(.*[ab]\.png: .*[ab]\.png: .*\)\.\nCheck the data\.\n/);
  expect(existsSync(out)).toBe(false);
});
