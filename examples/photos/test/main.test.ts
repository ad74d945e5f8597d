import {existsSync} from 'node:fs';
import {mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {createWriteStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {imageNetNormalization} from '@contrastive/augment';
import {script, type Script} from '@contrastive/testing';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {pack} from 'tar-stream';
import {expect, test} from 'vitest';

/** Plain JavaScript takes minutes for a step of this network. */
const trains = test.skipIf(tf.getBackend() === 'cpu');

const prepare = (): Script => script(() => import('../src/main.js'));

/** A JPEG of stripes: of class 0 across, of class 1 down. */
function stripes(label: number, i: number): Promise<Buffer> {
  const [height, width] = [48, 64];
  const pixels = Uint8Array.from({length: height * width * 3}, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return 128 + 100 * Math.sin((label === 0 ? x : y) / (2 + i / 4) + (at % 3));
  });
  return sharp(pixels, {raw: {height, width, channels: 3}})
    .jpeg()
    .toBuffer();
}

async function folderOf(out: string, count: number): Promise<string> {
  const directory = join(out, 'photos');
  for (const label of [0, 1]) {
    await mkdir(join(directory, `class-${label}`), {recursive: true});
    for (let i = 0; i < count; i++)
      await writeFile(join(directory, `class-${label}`, `${i}.jpg`), await stripes(label, i));
  }
  return directory;
}

trains('trains on a folder, checks by neighbours, lists what cannot be used and frees every tensor', async () => {
  const {out, run} = prepare();
  const directory = await folderOf(out, 12);
  await writeFile(join(directory, 'class-0', 'text.jpg'), 'no image');
  await writeFile(join(directory, 'class-1', 'cut.jpg'), (await stripes(1, 0)).subarray(0, 400));
  await symlink('nowhere.jpg', join(directory, 'class-1', 'link.jpg'));
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--data', directory, '--quick', '--steps', '4');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  const losses = lines.flatMap(line => /^step \d\/4 {2}loss (\S+) /.exec(line)?.slice(1) ?? []).map(Number);
  expect(losses).toHaveLength(4);
  for (const loss of losses) expect(Number.isFinite(loss)).toBe(true);
  const measured = lines.slice(lines.findIndex(line => line.startsWith('Share of '))).slice(0, 5);
  expect(measured).toEqual([
    expect.stringMatching(/^Share of [45] images whose class their (9|10) nearest of \d+ tell:$/),
    expect.stringMatching(/^ {2}Raw pixels {2,}\d+\.\d %$/),
    expect.stringMatching(/^ {2}Untrained {2,}\d+\.\d %$/),
    expect.stringMatching(/^ {2}Trained {2,}\d+\.\d %$/),
    `Nearest neighbours as a picture: ${join(out, 'neighbours.png')}`,
  ]);
  const picture = await sharp(join(out, 'neighbours.png')).metadata();
  expect([picture.format, picture.width]).toEqual(['png', 1456]);
  const logged = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  expect(logged.map(line => (JSON.parse(line) as {step: number}).step)).toEqual([0, 1, 2, 3]);
  const report = lines.filter(line => line.startsWith('Left out: '));
  expect(report.map(line => line.replace(/^.*photos/, '').split(':')[0]).sort()).toEqual([
    '/class-0/text.jpg',
    '/class-1/cut.jpg',
    '/class-1/link.jpg',
  ]);

  const encoder = await loadEncoder(join(out, 'encoder'));
  expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
    [null, 32, 32, 3],
    [null, 512],
  ]);
  // What ran: 27 images have no use for a queue of thousands.
  expect(encoder.getUserDefinedMetadata()).toMatchObject({
    size: 32,
    steps: 4,
    batchSize: 16,
    queueSize: 16,
    preparation: {size: 32, channels: 3, normalization: imageNetNormalization},
  });
  encoder.dispose();
});

trains('trains on shards', async () => {
  const {out, run} = prepare();
  for (const shard of [0, 1]) {
    const tar = pack();
    for (let i = 0; i < 16; i++) tar.entry({name: `${i}.jpg`}, await stripes(shard, i));
    tar.finalize();
    await pipeline(tar, createWriteStream(join(out, `photos-${shard}.tar`)));
  }
  const {lines, errors} = await run('--data', join(out, 'photos-{0..1}.tar'), '--quick', '--steps', '2');
  expect(errors).toEqual([]);
  expect(lines.at(-3)).toMatch(/^step 2\/2 {2}loss /);
  expect(lines.at(-2)).toBe(`Encoder: ${join(out, 'encoder')}`);
  expect(lines.at(-1)).toBe(`Nearest neighbours as a picture: ${join(out, 'neighbours.png')}`);
  expect(existsSync(join(out, 'encoder'))).toBe(true);
});

test('says what is wrong with its flags in one line', async () => {
  const {out, run} = prepare();
  expect((await run()).errors).toEqual([
    expect.stringMatching(/^photos: expected a folder or .* as --data, got none; give --data FOLDER\.$/),
  ]);
  expect(process.exitCode).toBe(1);
  expect((await run('--batch', '10')).errors).toEqual([
    expect.stringMatching(/^photos: expected flags among --data …, --steps …, --seed …, --out …, --quick, got/),
  ]);
  expect((await run('--data', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/^imageFolder: .*nowhere/),
  ]);
  expect((await run('--data', join(out, 'nowhere.tar'))).errors).toEqual([expect.stringMatching(/nowhere\.tar/)]);
  expect(existsSync(join(out, 'encoder'))).toBe(false);
});
