import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import type {Row} from '../src/commands/probe/show.js';
import type {ConfusionData} from '../src/report/data.js';
import {call, recordsOf, refusal} from './call.js';
import {encoderIn, photos, picture, temporary} from './images.js';

/** What is kept. */
interface Kept {
  readonly testImages: number;
  readonly classNames: readonly string[];
  readonly rows: readonly Row[];
  readonly confusion: ConfusionData;
}

/** Pictures of two classes, 40 of them, and an encoder. */
async function prepared(): Promise<{readonly root: string; readonly run: string; readonly data: string}> {
  const root = temporary();
  return {root, run: await encoderIn(join(root, 'encoder')), data: await photos(join(root, 'photos'), 40)};
}

const features = ['raw pixels', 'untrained', 'trained'];

test('measures the encoder beside pixels and random weights, and keeps what was taken for what', async () => {
  const {root, run, data} = await prepared();
  const [file, tensors] = [join(root, 'probe.json'), tf.memory().numTensors];
  const half = ['--train', data, '--test-share', '0.5', '--workers', '0'];
  const {code, out, errors} = await call('probe', run, ...half, '--labels', '6,all', '--out', file);
  expect(code, errors).toBe(0);
  expect(out).toMatch(
    /, which takes colour images of \d+ × \d+ pixels: 20 images to learn from, 20 images to be judged/,
  );
  for (const title of ['Linear classifier', 'Nearest neighbours'])
    expect(out).toMatch(new RegExp(`${title} +6 labels +20 labels\n  raw pixels +.*\n  untrained +.*\n  trained +\\d`));
  expect(out).toContain(`Results: ${file}`);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/"counts": \[\d+, \d+, \d+, \d+\]/); // on a line, for people
  const {rows, confusion, ...rest} = JSON.parse(text) as Kept;
  expect(rest).toMatchObject({encoder: run, train: data, testShare: 0.5, seed: 1, testImages: 20});
  expect(rows.map(({features: name, labels}) => [name, labels])).toEqual(
    features.flatMap(name => [
      [name, 6],
      [name, 20],
    ]),
  );
  for (const {classifier, neighbours} of rows) {
    for (const {accuracy, interval} of [classifier, neighbours ?? classifier]) {
      expect(interval[0]).toBeLessThanOrEqual(accuracy);
      expect(interval[1]).toBeGreaterThanOrEqual(accuracy);
    }
  }
  expect(confusion).toMatchObject({by: 'the linear classifier with 20 labels', classNames: ['a', 'b']});
  const {counts} = confusion;
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
  expect((counts[0] + counts[3]) / 20).toBe(rows[5].classifier.accuracy);
  expect(tf.memory().numTensors).toBe(tensors);

  const records = await recordsOf('probe', run, ...half, '--labels', '6,all');
  expect(records.filter(({event}) => event === 'score')).toEqual(rows.map(row => ({event: 'score', ...row})));
});

test('what is told apart by its colour is told apart, and images that cannot be read are left out', async () => {
  const root = temporary();
  const [run, data] = [await encoderIn(join(root, 'encoder')), join(root, 'photos')];
  for (const name of ['blue', 'red']) {
    mkdirSync(join(data, name), {recursive: true});
    for (let i = 0; i < 10; i++) {
      const background = name === 'red' ? {r: 250 - i, g: i, b: 9} : {r: 9, g: i, b: 250 - i};
      const picture = sharp({create: {width: 20, height: 20, channels: 3, background}});
      writeFileSync(join(data, name, `${i}.png`), await picture.png().toBuffer());
    }
  }
  writeFileSync(join(data, 'red', 'broken.png'), 'no image');
  const half = ['--train', data, '--test-share', '0.5', '--workers', '0'];
  const records = await recordsOf('probe', run, ...half);
  const trained = records.find(record => record.event === 'score' && record.features === 'trained');
  expect(trained).toMatchObject({classifier: {accuracy: 1}, neighbours: {accuracy: 1}});
  expect(records.filter(({event}) => event === 'left-out')).toMatchObject([{path: join(data, 'red', 'broken.png')}]);
});

test('the judging images may lie in another folder, with the same classes', async () => {
  const {root, run, data} = await prepared();
  const other = await photos(join(root, 'test'), 8);
  const records = await recordsOf('probe', run, '--train', data, '--test', other, '--workers', '0');
  const scores = records.filter(({event}) => event === 'score');
  expect(scores.map(record => [record.features, record.labels])).toEqual(features.map(name => [name, 40]));
  mkdirSync(join(other, 'c'));
  writeFileSync(join(other, 'c', '1.png'), await picture(1));
  expect(await refusal(2, 'probe', run, '--train', data, '--test', other)).toContain(
    'expected the same classes in --train and --test, got c in one only.\nGive both the same folders.',
  );
});

test.each([
  [[], 'expected images to be judged by as --test, got none.\nGive some, or --test-share 0.2 of --train.'],
  [['--test', 'DATA', '--test-share', '0.5'], 'expected --test or --test-share, got both.\nGive one.'],
  [['--test-share', '1'], 'as --test-share, got 1.\nGive one, for example --test-share 0.2.'],
  [['--test-share', '0.001'], 'with --test-share 0.001, got 40 images.\nAdd images, or give another share.'],
  [['--test', 'DATA'], 'expected other images than those of --train as --test, got the same.\nGive --test-share 0.2'],
  [['--test', 'nowhere'], 'got nowhere, which is not there.\nCheck the path'],
  [['--test-share', '0.5', '--labels', '2'], 'expected more labels than the 2 classes as --labels, got 2 of 20 images'],
  [['--test-share', '0.5', '--labels', '1,some'], "as --labels, got [1, 'some']"],
  [['--test-share', '0.5', '--out', 'TAKEN'], 'which is there.\nGive another, or --overwrite.'],
])('%j is refused before anything is written', async (args, message) => {
  const {root, run, data} = await prepared();
  const taken = join(root, 'taken.json');
  writeFileSync(taken, 'mine');
  const given = args.map(arg => arg.replace('DATA', data).replace('TAKEN', taken));
  expect(await refusal(2, 'probe', run, '--train', data, ...given)).toContain(message);
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  expect(existsSync(join(run, 'probe.json'))).toBe(false);
});

test('images of one class, and without any, are refused', async () => {
  const {root, run, data} = await prepared();
  const half = ['--test-share', '0.5'];
  expect(await refusal(2, 'probe', run, '--train', join(data, 'a'), ...half)).toContain(
    'got no labels.\nPut the images',
  );
  mkdirSync(join(root, 'one', 'only'), {recursive: true});
  for (let i = 0; i < 4; i++) writeFileSync(join(root, 'one', 'only', `${i}.png`), await picture(i));
  expect(await refusal(2, 'probe', run, '--train', join(root, 'one'), ...half)).toContain('got one class.\nPut the');
  expect(await refusal(2, 'probe', run, '--train', 'fashion-mnist')).toContain(
    'expected images in colour, which the encoder takes, as DATA, got fashion-mnist, which has grey images.\nGive ',
  );
});
