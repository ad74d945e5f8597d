import {renameSync} from 'node:fs';
import {join} from 'node:path';
import {fromArrays} from '@contrastive/data';
import {expect, test} from 'vitest';
import {nextSteps} from '../src/commands/pretrain/next-steps.js';
import {shell} from '../src/escape/shell.js';
import {call, refusal} from './call.js';
import {encoderIn, photos, temporary} from './images.js';

const images = fromArrays({images: new Uint8Array(2 * 16), height: 4, width: 4});

test('a run on images of classes is measured, others are looked at', () => {
  const named = {...images, nameOf: (index: number) => `my photos/${index}.jpg`};
  const next = (labels: readonly number[]): string =>
    nextSteps('runs/a', 'my photos', {source: {...named, labels: Int32Array.from(labels)}, files: true});
  expect(next([0, 1])).toBe(
    `Measure it:\n  npx contrastive probe runs/a --train ${shell('my photos')} --test-share 0.2`,
  );
  const look =
    `\n  npx contrastive search runs/a ${shell('my photos')} --query ${shell('my photos/0.jpg')} --out found.html\n` +
    '  npx contrastive report runs/a';
  expect(next([1, 1])).toContain(look);
  const bad = [{path: 'my photos/0.jpg', reason: 'cut off'}];
  expect(nextSteps('runs/a', 'my photos', {source: {...named, bad}, files: true})).toContain(
    `--query ${shell('my photos/1.jpg')}`,
  );
  expect(nextSteps('runs/a', 'my photos', {source: named, files: true})).toContain(look);
  expect(nextSteps('runs/a', 'a.parquet', {source: images, files: false})).toContain('a.parquet --query IMAGE --out');
});

test('what is suggested for a flat folder works, and a probe says what to do instead', async () => {
  const root = temporary();
  const whole = await photos(join(root, 'photos'), 16);
  const data = join(root, 'flat');
  renameSync(join(whole, 'a'), data);
  const [run, page] = [join(root, 'run'), join(root, 'found.html')];
  const small = ['--encoder', 'resnet10', '--width', '4', '--size', '16', '--steps', '2', '--workers', '0'];
  const {code, out, errors} = await call('pretrain', data, '--out', run, ...small);
  expect(code, errors).toBe(0);
  expect(out).not.toContain('contrastive probe');
  expect(out).toContain("--temperature 0.2: the authors' advice for batches of hundreds, kept for 8 images");
  expect(out).toMatch(/loss of the last step is \d\.\d\d; where all views look alike it is ln\(2 · 8 − 1\) = 2\.71\./);
  const dry = await call('pretrain', data, '--out', join(root, 'dry'), '--dry-run', ...small);
  expect(dry.out).toMatch(/encoder {2}[\d,]+ weights\n[^]*memory {3}peak so far: [\d.]+ [MG]B/);
  const query = join(data, '00.png');
  expect(out).toContain(`npx contrastive search ${shell(run)} ${shell(data)} --query ${shell(query)} --out found.html`);
  const found = await call('search', run, data, '--query', query, '--out', page, '--index', join(root, 'index'));
  expect(found.code, found.errors).toBe(0);
  expect(found.out).toContain('Nearly all images look alike to this encoder'); // after two steps
  expect((await call('report', run)).code).toBe(0);
  const done = await call('pretrain', '--resume', '--out', `${run}/`, '--workers', '0');
  const longer = [
    ...['pretrain', '--config', join(run, 'config.json'), '--encoder', join(run, 'encoder')],
    ...['--out', `${run}-longer`],
  ];
  const copied = longer.map(one => (one.startsWith('--') ? one : shell(one))).join(' ');
  expect(done.out).toContain(`To train longer, begin another from its encoder:\n  npx contrastive ${copied}\n`);
  expect(await call(...longer, '--steps', '2', '--workers', '0')).toMatchObject({code: 0});
  const encoder = await encoderIn(join(root, 'encoder'));
  expect(await refusal(2, 'probe', encoder, '--train', data, '--test-share', '0.5')).toContain(
    'as --train, got no labels.\nPut the images of each class into a folder of its own. Without classes, npx ' +
      'contrastive search shows what the encoder finds alike.',
  );
}, 120_000);
