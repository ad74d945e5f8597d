import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fc} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {expandShardPath} from '../src/web-dataset/shard-paths.js';
import {webDataset} from '../src/web-dataset.js';
import {collect, tar, temporaryDirectory} from './web-dataset-shards.js';

const directory = await temporaryDirectory();

test('a range is as wide as its first bound, and the last brace varies fastest', () => {
  expect(expandShardPath('webDataset', 'train-{098..101}.tar')).toEqual([
    'train-098.tar',
    'train-099.tar',
    'train-100.tar',
    'train-101.tar',
  ]);
  expect(expandShardPath('webDataset', '{9..11}')).toEqual(['9', '10', '11']);
  expect(expandShardPath('webDataset', '{00..100}')).toHaveLength(101);
  expect(expandShardPath('webDataset', '{a,b}/{0..1}.tar')).toEqual(['a/0.tar', 'a/1.tar', 'b/0.tar', 'b/1.tar']);
  expect(expandShardPath('webDataset', '{train,}x')).toEqual(['trainx', 'x']);
  expect(expandShardPath('webDataset', 'plain path.tar')).toEqual(['plain path.tar']);
});

test('ranges are what they say, whatever is around them', () => {
  const text = fc.stringMatching(/^[^{}]*$/);
  fc.assert(
    fc.property(
      text,
      fc.nat(2000),
      fc.nat(300),
      fc.integer({min: 1, max: 6}),
      text,
      (before, first, more, width, after) => {
        const bound = String(first).padStart(width, '0');
        const paths = expandShardPath('webDataset', `${before}{${bound}..${first + more}}${after}`);
        expect(paths).toHaveLength(more + 1);
        paths.forEach((path, i) => {
          const number = path.slice(before.length, path.length - after.length);
          expect(path).toBe(before + number + after);
          expect(Number(number)).toBe(first + i);
          expect(number).toHaveLength(Math.max(bound.length, String(first + i).length));
        });
      },
    ),
  );
});

test('several braces give each combination once', () => {
  const choice = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), {minLength: 2, maxLength: 4});
  fc.assert(
    fc.property(fc.array(choice, {maxLength: 4}), choices => {
      const order = (path: string) =>
        path.split('/').reduce((sum, part, i) => sum * 4 + (choices[i] ?? ['']).indexOf(part), 0);
      const paths = expandShardPath('webDataset', choices.map(names => `{${names.join(',')}}`).join('/'));
      expect(new Set(paths).size).toBe(choices.reduce((product, names) => product * names.length, 1));
      expect(paths).toEqual([...paths].sort((a, b) => order(a) - order(b)));
    }),
  );
});

test('other braces are errors', () => {
  for (const [pattern, error] of [
    ['{5..3}.tar', /from the lower to the higher number, got \{5\.\.3\}/],
    ['{0..9..2}', /expected \{first\.\.last\} or \{one,other\}/],
    ['{a..c}', /expected \{first\.\.last\}/],
    ['{}', /expected \{first\.\.last\}/],
    ['{0..9', /braces in pairs/],
    ['0..9}', /braces in pairs/],
    ['{a,{0..9}}', /none in another/],
    ['{0..9999999}', /at most 1000000 shards, got 10000000/],
    ['{0..9999}{0..9999}', /at most 1000000 shards, got 100000000/],
  ] as const) {
    expect(() => expandShardPath('webDataset', pattern)).toThrow(RangeError);
    expect(() => expandShardPath('webDataset', pattern)).toThrow(error);
  }
});

test('only local files are shards', async () => {
  for (const path of ['https://example.org/{0..3}.tar', 's3://bucket/a.tar', 'file:///tmp/a.tar', 'pipe:cat a.tar']) {
    await expect(webDataset(path)).rejects.toThrow(TypeError);
    await expect(webDataset(['a.tar', path])).rejects.toThrow(/expected local files, got /);
  }
  for (const path of [undefined, 3, '', [3], [undefined]]) {
    await expect(webDataset(path as string)).rejects.toThrow(/expected the path of a shard or a list of paths, got/);
  }
  await expect(webDataset([])).rejects.toThrow(/at least one shard, got an empty list/);
});

test('missing shards are found at the start, and none is opened', async () => {
  await writeFile(join(directory, 'a-0.tar'), 'no tar at all');
  await expect(webDataset(join(directory, 'a-{0..3}.tar'))).rejects.toThrow(
    /expected shards, got 3 of 4 that cannot be read, the first: .*a-1\.tar.*\{000\.\.127\}/,
  );
  await mkdir(join(directory, 'folder.tar'));
  await expect(webDataset(join(directory, 'folder.tar'))).rejects.toThrow(/folder\.tar is not a file/);
  await expect(webDataset([join(directory, 'a-0.tar'), join(directory, '.', 'a-{0,1}.tar')])).rejects.toThrow(
    /expected each shard once, got .*a-0\.tar twice/,
  );
  await expect(webDataset(join(directory, 'a-0.tar'))).resolves.toBeDefined();
});

test('images are known by the base name of their shard, in several directories by what tells these apart', async () => {
  const bytes = await tar([{name: 'x/1.jpg', content: 'x'}]);
  for (const folder of ['one', 'two/deep']) await mkdir(join(directory, folder), {recursive: true});
  for (const folder of ['one', 'two/deep']) await writeFile(join(directory, folder, '0.tar'), bytes);
  const keys = async (paths: string[]) =>
    (
      await collect(
        await webDataset(
          paths.map(path => join(directory, path)),
          {shuffle: false},
        ),
      )
    ).map(({key}) => key);
  expect(await keys(['one/0.tar'])).toEqual(['0.tar/x/1']);
  expect(await keys(['one/0.tar', 'two/deep/0.tar'])).toEqual(['one/0.tar/x/1', 'two/deep/0.tar/x/1']);
});

test('options are checked', async () => {
  const path = join(directory, 'a-0.tar');
  await expect(webDataset(path, {interleave: 0})).rejects.toThrow(
    /webDataset: expected an integer from 1 on as interleave, got 0/,
  );
  await expect(webDataset(path, {shuffleBuffer: -1})).rejects.toThrow(/shuffleBuffer/);
  await expect(webDataset(path, {memory: 0.5})).rejects.toThrow(/memory/);
  await expect(webDataset(path, {mostBad: 2})).rejects.toThrow(/from 0 to 1 as mostBad, got 2/);
  await expect(webDataset(path, {channels: 2 as 3})).rejects.toThrow(/1 \(grey\) or 3 \(RGB\) as channels, got 2/);
  await expect(webDataset(path, {mostPixels: 0})).rejects.toThrow(/mostPixels/);
  await expect(webDataset(path, {shufflebuffer: 9} as never)).rejects.toThrow(/did you mean shuffleBuffer\?/);
  const source = await webDataset(path);
  expect(() => source.samples({seed: 0.5, epoch: 0})).toThrow(/seed/);
  expect(() => source.samples({seed: 0, epoch: -1})).toThrow(/epoch/);
});
