import {chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {evalAugment} from '@contrastive/augment';
import {readImages} from '@contrastive/data';
import sharp from 'sharp';
import {pack} from 'tar-stream';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openTransferData, prepareTransferData, readRecord} from '../src/index.js';
import {almostBlank} from '../src/openclipart.js';
import {filesIn, type PicturePackage} from '../src/packages.js';
import {drawPicture, drawPictures, writeSet, type Picture} from '../src/write-set.js';

let directory = '';
const {PATH} = process.env;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrastive-transfer-data-'));
});
afterEach(async () => {
  process.env.PATH = PATH;
  await rm(directory, {recursive: true, force: true});
});

/** A picture of one colour, half of it transparent. */
const half = (red: number, green: number, width = 40, height = 40) =>
  sharp({create: {width, height, channels: 4, background: {r: red, g: green, b: 0, alpha: 0.5}}})
    .png()
    .toBuffer();

/** Twelve drawings of two vendors, each in two variants, no two alike. */
async function pictures(): Promise<Picture[]> {
  const found: Picture[] = [];
  for (let drawing = 0; drawing < 12; drawing++) {
    for (const vendor of ['google', 'twitter']) {
      for (const variant of [0, 1]) {
        const named = {
          className: drawing % 2 === 0 ? 'even' : 'odd',
          name: `${vendor}-${drawing}-${variant}`,
          variantsOf: String(drawing),
          vendor,
        };
        const picture = await drawPicture(
          named,
          await half(20 * drawing, variant * 120 + (vendor === 'google' ? 0 : 60)),
        );
        if (picture) found.push(picture);
      }
    }
  }
  return found;
}

const about = {from: ['a package'], licence: 'free', texts: {'LICENCES.txt': 'All is free.\n'}};

describe('a set', () => {
  test('is read as folders by class, in parts that no drawing is in twice', async () => {
    const record = await writeSet(directory, await pictures(), about, ['google', 'twitter']);
    expect(await readRecord(directory)).toEqual(record);
    expect(await readFile(join(directory, 'LICENCES.txt'), 'utf8')).toBe('All is free.\n');
    expect(record.groups).toBe(12);
    expect(Object.values(record.classes).map(({pictures: count}) => count)).toEqual([24, 24]);
    const drawings = (files: readonly string[]) => new Set(files.map(file => file.split('-')[1]));
    for (const {train, validation, test: judged} of Object.values(record.splits)) {
      const all = [train, validation, judged].map(drawings);
      expect(all.reduce((sum, {size}) => sum + size, 0)).toBe(12);
      expect(new Set(all.flatMap(part => [...part])).size).toBe(12);
    }
    const {'by-picture': usual, 'by-vendor': harder} = record.splits;
    expect(usual.train.length + usual.validation.length + usual.test.length).toBe(48);
    expect(harder.train).toEqual(usual.train.filter(file => file.includes('google')));
    expect(harder.test).toEqual(usual.test.filter(file => file.includes('twitter')));

    const parts = await openTransferData(directory, {workers: 0});
    for (const part of ['train', 'validation', 'test'] as const) {
      const source = parts[part];
      expect(Array.from({length: source.length}, (_, i) => source.nameOf(i))).toEqual(
        usual[part].map(file => join(directory, file)),
      );
      expect(source.classNames).toEqual(['even', 'odd']);
      expect([...(source.labels ?? [])]).toEqual(usual[part].map(file => Number(file.startsWith('odd'))));
    }
    const {bytes, shape} = await readImages(parts.train, [0], evalAugment({size: 64, crop: 1}));
    expect(shape).toEqual([1, 64, 64, 3]);
    const [, drawing, variant] = usual.train[0].replace('.png', '').split('-').map(Number);
    const green = variant * 120 + (usual.train[0].includes('google') ? 0 : 60);
    // Half of the colour and half of white.
    for (const [channel, colour] of [20 * drawing, green, 0].entries())
      expect(Math.abs(bytes[channel] - (colour + 255) / 2)).toBeLessThan(2);
    expect((await openTransferData(directory, {split: 'by-vendor', workers: 0})).test.length).toBe(harder.test.length);
    await expect(openTransferData(directory, {split: 'other'})).rejects.toThrow(
      /expected by-picture or by-vendor as split, got other/,
    );
    await rm(join(directory, usual.test[0]));
    await expect(openTransferData(directory)).rejects.toThrow(/expected .* in .*, got 47 others; remove the folder/);
  });

  test('pictures that look alike are in one part, whatever their names', async () => {
    const all = await pictures();
    const twins = all.map(picture => ({...picture, name: `twin-${picture.name}`, variantsOf: `twin ${picture.name}`}));
    const record = await writeSet(directory, [...all, ...twins], about);
    expect(record.groups).toBe(12);
  });

  test('pictures keep their shape, on white; what is none is left out', async () => {
    const named = {className: 'a', name: 'wide', variantsOf: 'wide'};
    const picture = await drawPicture(named, await half(0, 0, 80, 20));
    const {data, info} = await sharp(picture?.png).raw().toBuffer({resolveWithObject: true});
    expect([info.width, info.height, info.channels]).toEqual([64, 64, 3]);
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect(Math.abs(data[(32 * 64 + 32) * 3] - 128)).toBeLessThan(2);
    expect(picture?.plain).toBeCloseTo(0.75, 2); // a band of a quarter of the height, the rest white
    const grey = await sharp({create: {width: 30, height: 30, channels: 3, background: '#808080'}})
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const drawn = await drawPictures([
      [named, grey],
      [named, Buffer.from('no picture')],
      [named, grey],
    ]);
    expect(drawn.map(({thumbnail}) => [...new Set(thumbnail)])).toEqual([[128], [128]]);
  });
});

test.each([
  ['is almost blank with a dot of 36 pixels', 6, true],
  ['is none with one of 64', 8, false],
  ['is almost blank with nothing', 0, true],
])('a drawing of 4,096 pixels %s', async (_, edge, blank) => {
  const pixels = Buffer.alloc(64 * 64 * 3, 250); // a paper that is not quite white
  for (let y = 10; y < 10 + edge; y++) pixels.fill(0, (y * 64 + 10) * 3, (y * 64 + 10 + edge) * 3);
  const png = await sharp(pixels, {raw: {width: 64, height: 64, channels: 3}})
    .png()
    .toBuffer();
  const picture = await drawPicture({className: 'a', name: 'dot', variantsOf: 'dot'}, png);
  expect(picture?.plain).toBeCloseTo(1 - edge ** 2 / 4096, 6);
  expect(picture && almostBlank(picture)).toBe(blank);
});

const npm: PicturePackage = {kind: 'npm', name: 'some', version: '1.0.0', sha256: ''};

test('the files of a package that are wanted, and what is wrong with a damaged one', async () => {
  const archive = pack();
  for (let i = 0; i < 50; i++) archive.entry({name: `package/${i}.png`}, Buffer.alloc(3000, i));
  archive.entry({name: 'package/link.png', type: 'symlink', linkname: '0.png'});
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const [whole, cut] = [join(directory, 'whole.tgz'), join(directory, 'cut.tgz')];
  const packed = gzipSync(Buffer.concat(chunks));
  await writeFile(whole, packed);
  await writeFile(cut, packed.subarray(0, packed.length - 100));
  const read = async (file: string) => {
    const found: [string, number][] = [];
    for await (const {path, bytes} of filesIn(npm, file, name => !name.includes('/1'))) found.push([path, bytes[2999]]);
    return found;
  };
  const expected = Array.from({length: 50}, (_, i) => [`package/${i}.png`, i]).filter(
    ([name]) => !String(name).includes('/1'),
  );
  expect(await read(whole)).toEqual(expected);
  await expect(read(cut)).rejects.toThrow(/unexpected end of file/);
  for await (const {path} of filesIn(npm, whole, () => true)) if (path) break; // stops early without a complaint
});

describe('prepareTransferData', () => {
  /** A program of this name that does what a shell does with these lines. */
  async function program(name: string, lines: string): Promise<void> {
    await mkdir(join(directory, 'bin'), {recursive: true});
    await writeFile(join(directory, 'bin', name), `#!/bin/sh\n${lines}\n`);
    await chmod(join(directory, 'bin', name), 0o755);
    process.env.PATH = join(directory, 'bin');
  }
  const cache = () => join(directory, 'cache');
  const left = async () => readdir(join(cache(), 'transfer-data'));

  test('a machine that has neither npm nor apt-get is told what is left out', async () => {
    process.env.PATH = join(directory, 'empty');
    const told: string[] = [];
    const {leftOut, emoji, openclipart} = await prepareTransferData({
      cache: cache(),
      onProgress: line => told.push(line),
    });
    expect([emoji, openclipart]).toEqual([undefined, undefined]);
    expect(leftOut.slice(0, 2)).toEqual([
      {
        name: 'emoji',
        reason: expect.stringMatching(/expected emoji-datasource-google 16\.0\.0 from npm, .*no npm/) as string,
      },
      {
        name: 'openclipart',
        reason: expect.stringMatching(/openclipart-png 1:0.* from apt-get, .*no apt-get/) as string,
      },
    ]);
    expect(told.slice(0, 2)).toEqual(['Preparing emoji', 'Preparing openclipart']);
    expect(await left()).toEqual([]);
  });

  test('a package of other contents is not taken, and a command’s last words are told', async () => {
    await program('npm', 'echo other > some.tgz');
    await program('apt-get', 'echo "E: Version not found" >&2; exit 100');
    const {leftOut} = await prepareTransferData({cache: cache()});
    expect(leftOut[0].reason).toMatch(/with the SHA-256 fb5fd131\w+, got [0-9a-f]{64}: it is not the package/);
    expect(leftOut[1].reason).toMatch(/got an error \(E: Version not found\)/);
    expect(await left()).toEqual([]);
  });

  test('what is there is taken as it is, at once', async () => {
    process.env.PATH = join(directory, 'empty');
    const place = join(cache(), 'transfer-data');
    for (const name of ['emoji-16.0.0-1', 'openclipart-0.18-2', 'fashion-mnist-1'])
      await mkdir(join(place, name), {recursive: true});
    expect(await prepareTransferData({cache: cache()})).toMatchObject({
      emoji: join(place, 'emoji-16.0.0-1'),
      openclipart: join(place, 'openclipart-0.18-2'),
      leftOut: [],
    });
  });

  test('what is not asked for is not prepared', async () => {
    process.env.PATH = join(directory, 'empty');
    const told: string[] = [];
    const onProgress = (line: string) => told.push(line);
    const {leftOut, ...found} = await prepareTransferData({cache: cache(), only: ['emoji'], onProgress});
    expect(leftOut.map(({name}) => name)).toEqual(['emoji']);
    expect([found, told]).toEqual([{}, ['Preparing emoji']]);
  });

  test('what a killed run left is swept away; one that is stopped leaves nothing', async () => {
    const place = join(cache(), 'transfer-data');
    await mkdir(join(place, '.half-abc', 'made'), {recursive: true});
    await program('npm', 'exec /bin/sleep 30');
    const controller = new AbortController();
    const preparing = prepareTransferData({cache: cache(), signal: controller.signal});
    setTimeout(() => {
      controller.abort(new Error('Ctrl-C'));
    }, 300);
    await expect(preparing).rejects.toThrow('Ctrl-C');
    expect(await left()).toEqual([]);
  });
});
