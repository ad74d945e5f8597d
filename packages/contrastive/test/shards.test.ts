import {once} from 'node:events';
import {readdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import {pack} from 'tar-stream';
import {expect, test} from 'vitest';
import {call, recordsOf, refusal} from './call.js';
import {encoderIn, picture, temporary} from './images.js';

/** A tar archive of pictures by their seeds, with their classes: even and odd. */
async function tar(seeds: readonly number[]): Promise<Buffer> {
  const archive = pack();
  const chunks: Uint8Array[] = [];
  archive.on('data', chunk => chunks.push(chunk as Uint8Array));
  const ended = once(archive, 'end');
  for (const [i, seed] of seeds.entries()) {
    archive.entry({name: `${String(i).padStart(2, '0')}.png`}, await picture(seed));
    archive.entry({name: `${String(i).padStart(2, '0')}.cls`}, String(seed % 2));
  }
  archive.finalize();
  await ended;
  return Buffer.concat(chunks);
}

const upTo = (length: number, from = 0): number[] => Array.from({length}, (_, i) => from + i);

/** Two shards of 12 pictures each, of which the last of the second is the third of the first, and an encoder. */
async function prepared(): Promise<{readonly root: string; readonly run: string; readonly data: string}> {
  const root = temporary();
  writeFileSync(join(root, 's-0.tar'), await tar(upTo(12)));
  writeFileSync(join(root, 's-1.tar'), await tar([...upTo(11, 12), 2]));
  return {root, run: await encoderIn(join(root, 'encoder')), data: join(root, 's-{0..1}.tar')};
}

test('search finds images of shards, computes them once, and again where a shard changes', async () => {
  const {root, run, data} = await prepared();
  const tensors = tf.memory().numTensors;
  const query = join(root, 'query.png');
  writeFileSync(query, await picture(17));
  const out = join(root, 'found.html');
  const args = ['search', run, data, '--query', query, '-k', '2', '--index', join(root, 'index'), '--workers', '0'];
  const found = await recordsOf(...args, '--out', out);
  expect(found.at(-1)).toMatchObject({event: 'found', query, hits: [{path: 's-1.tar/05'}, {}]});
  expect(readFileSync(out, 'utf8').match(/<img /g)).toHaveLength(3);
  const places = join(root, 'index', 'shards.json');
  const kept = readFileSync(places, 'utf8');
  for (const text of [kept, '{']) {
    writeFileSync(places, text);
    const again = await call(...args);
    expect(again.errors).toMatch(/Features of 24 images are kept in .+ from last time\./);
    expect(again.out).toContain('s-1.tar/05');
  }
  // What is kept is used: the images are called as it says.
  writeFileSync(places, kept.replaceAll('s-1.tar/05', 's-1.tar/renamed'));
  expect((await call(...args)).out).toContain('s-1.tar/renamed');
  utimesSync(join(root, 's-1.tar'), new Date(), new Date(Date.now() + 5000));
  expect((await call(...args)).errors).toContain('24 of 24 images are new or have changed since last time.');
  expect(tf.memory().numTensors).toBe(tensors);
});

test('duplicates are found across shards, and shown', async () => {
  const {root, run, data} = await prepared();
  const out = join(root, 'found');
  const args = ['duplicates', run, data, '--out', out, '--index', join(root, 'index'), '--workers', '0'];
  const records = await recordsOf(...args, '--false-alarms', '0.1');
  expect(records.filter(({event}) => event === 'group')).toMatchObject([
    {images: [{path: 's-0.tar/02', best: true}, {path: 's-1.tar/11'}]},
  ]);
  expect(readFileSync(join(out, 'duplicates.html'), 'utf8').match(/<img src="data:image\/webp/g)).toHaveLength(2);
});

test('probe and finetune learn from shards with labels', async () => {
  const {root, run, data} = await prepared();
  const half = ['--train', data, '--test-share', '0.5', '--workers', '0'];
  const scores = (await recordsOf('probe', run, ...half)).filter(({event}) => event === 'score');
  expect(scores.map(({labels}) => labels)).toEqual([12, 12, 12]);
  const out = join(root, 'tuned');
  const tuned = ['finetune', run, ...half, '--steps', '1', '--baselines', 'none', '--out', out];
  expect((await call(...tuned)).code).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['encoder', 'finetune.json', 'head']);
});

test('embed gives the same whether a shard is packed or not; others refuse packed ones', async () => {
  const {root, run} = await prepared();
  const [plain, packed] = [join(root, 's-0.tar'), join(root, 'packed.tar.gz')];
  writeFileSync(packed, gzipSync(readFileSync(plain)));
  const embedded = async (data: string): Promise<string> => {
    const out = join(root, 'e.csv');
    expect((await call('embed', run, data, '--out', out, '--overwrite', '--workers', '0')).code).toBe(0);
    return readFileSync(out, 'utf8').replaceAll(/^[^,/]+\//gm, '');
  };
  expect(await embedded(packed)).toBe(await embedded(plain));
  const args = ['--query', join(root, 'q.png'), '--index', join(root, 'index'), '--workers', '0'];
  writeFileSync(join(root, 'q.png'), await picture(1));
  expect(await refusal(2, 'search', run, packed, ...args)).toContain(
    `got ${packed}, which is packed by gzip.\nUnpack it by gunzip.`,
  );
  expect(await refusal(2, 'search', run, join(root, 't-{0..2}.tar'), ...args)).toContain('got 3 of 3 that cannot be');
  expect(await refusal(2, 'search', run, join(root, 't-{2..0}.tar'), ...args)).toContain('got {2..0}');
});
