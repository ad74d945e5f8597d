import {renameSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {extractFeatures} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {openIndex} from '../src/data/feature-index.js';
import {openIndexed} from '../src/data/open-data.js';
import {openEncoder} from '../src/encoder/open-encoder.js';
import {encoderIn, photos, picture, recorded, temporary} from './images.js';

/** Features of an image do not depend on those beside it, but for rounding. */
const TOLERANCE = 1e-5;

test('the index follows files that come, change, move and go, and computes no others', async () => {
  const folder = await photos(join(temporary(), 'photos'), 8);
  const index = join(temporary(), 'index');
  const opened = await openEncoder('test', await encoderIn(join(temporary(), 'encoder')));
  const tensors = tf.memory().numTensors;

  const update = async (): Promise<{readonly said: string[]; readonly names: string[]}> => {
    const data = await openIndexed('test', folder, {workers: 0});
    const {output, said} = recorded();
    const {rows, columns, data: numbers, indices} = await openIndex(index, opened, data, output);
    const whole = await extractFeatures(opened.encoder, data.source);
    expect([rows, columns, ...indices]).toEqual([whole.rows, whole.columns, ...whole.indices]);
    expect(numbers.every((value, i) => Math.abs(value - whole.data[i]) < TOLERANCE)).toBe(true);
    const names = Array.from(indices, image => data.source.nameOf(image));
    await data.source.close();
    return {said, names};
  };

  expect((await update()).said).toEqual([]);
  expect((await update()).said).toEqual([`Features of 8 images are kept in ${index} from last time.`]);

  writeFileSync(join(folder, 'a', '99.png'), await picture(99));
  writeFileSync(join(folder, 'a', '00.png'), await picture(77)); // another picture of the same name
  utimesSync(join(folder, 'a', '00.png'), new Date(), new Date(Date.now() + 5000));
  expect((await update()).said).toEqual(['2 of 9 images are new or have changed since last time.']);

  rmSync(join(folder, 'b', '01.png'));
  renameSync(join(folder, 'b', '03.png'), join(folder, 'b', 'zz.png'));
  const {said, names} = await update();
  expect(said).toEqual(['1 of 8 images are new or have changed since last time.']);
  expect(names.some(name => name.endsWith('01.png'))).toBe(false);

  writeFileSync(join(folder, 'a', 'broken.png'), 'no image');
  expect((await update()).said).toEqual(['1 of 9 images are new or have changed since last time.']);
  expect((await update()).said).toEqual([`Features of 8 images are kept in ${index} from last time.`]);

  expect(tf.memory().numTensors).toBe(tensors);
  opened.encoder.dispose();
});

test('a damaged index, or one of another encoder, is made anew', async () => {
  const folder = await photos(join(temporary(), 'photos'), 4);
  const index = join(temporary(), 'index');
  const data = await openIndexed('test', folder, {workers: 0});
  for (const seed of [1, 2]) {
    const opened = await openEncoder('test', await encoderIn(join(temporary(), 'encoder'), seed));
    const {data: numbers} = await openIndex(index, opened, data, recorded().output);
    const whole = await extractFeatures(opened.encoder, data.source);
    expect(numbers.every((value, i) => Math.abs(value - whole.data[i]) < TOLERANCE)).toBe(true);
    writeFileSync(join(index, 'index.json'), '{"format": 1'); // cut off
    const again = recorded();
    expect((await openIndex(index, opened, data, again.output)).rows).toBe(4);
    expect(again.said).toEqual([]);
    opened.encoder.dispose();
  }
  await data.source.close();
});
