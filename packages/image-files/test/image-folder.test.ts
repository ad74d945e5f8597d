import {mkdir, symlink} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {augmentation, createRandom, evalAugment, randomResizedCrop} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {openImage} from '../src/encoded/decode.js';
import {imageFolder, type ImageFolderOptions} from '../src/image-folder.js';
import {gradient, imageOf, withFiles} from './image-files.js';

const png = await imageOf(gradient(40, 50), [40, 50, 3]).png().toBuffer();
const jpeg = await imageOf(gradient(50, 40), [50, 40, 3]).jpeg().toBuffer();
const text = 'no image';

/** A plain image of one colour, by which tests tell images apart. */
const plain = (value: number) =>
  sharp({create: {width: 9, height: 9, channels: 3, background: {r: value, g: value, b: value}}})
    .png()
    .toBuffer();

const here: ImageFolderOptions = {workers: 0};

const small = evalAugment({size: 8});
/** The images that can be used, small. */
const look = (source: Source, indices: readonly number[]) => readImages(source, indices, small);

const one = {keys: Int32Array.of(0), augments: [small], stream: [1]} as const;

/** The value of plain images, in the order of the source. */
async function order(
  directory: string,
  options?: ImageFolderOptions,
): Promise<{values: number[]; labels?: number[]; classNames?: readonly string[]}> {
  const source = await imageFolder(directory, {...here, ...options});
  const {bytes} = await look(source, [...Array(source.length).keys()]);
  return {
    values: Array.from(bytes).filter((_, i) => i % (8 * 8 * 3) === 0),
    ...(source.labels && {labels: [...source.labels]}),
    classNames: source.classNames,
  };
}

test('directories are classes, sorted as in Python, and images lie at any depth', async () => {
  const files = {
    'dog/2.png': await plain(4),
    'dog/10.png': await plain(3),
    'Cat/x.PNG': await plain(1),
    'Cat/.hidden.png': text,
    'Cat/notes.txt': text,
    '\u{10000}/a.png': await plain(8),
    '\uffff/a.png': await plain(7),
    'dog/b/c/1.png': await plain(6),
    'dog/b-/1.png': await plain(5),
    '.git/a.png': text,
    'Cat/z.png': await plain(2),
  };
  await withFiles(files, async directory => {
    await mkdir(join(directory, 'empty'));
    expect(await order(directory)).toEqual({
      values: [1, 2, 3, 4, 5, 6, 7, 8], // 'b-' before 'b/c', '10' before '2', U+FFFF before U+10000
      classNames: ['Cat', 'dog', 'empty', '\uffff', '\u{10000}'],
      labels: [0, 0, 1, 1, 1, 1, 3, 4],
    });
    expect((await order(directory, {labels: false})).labels).toBeUndefined();
  });
});

test('images beside each other have no labels, unless they are asked for', async () => {
  const files = {
    'b.png': await plain(2),
    'a.png': await plain(1),
    'one/c.png': await plain(3),
    'two/d.png': await plain(4),
  };
  await withFiles(files, async directory => {
    expect(await order(directory)).toEqual({values: [1, 2, 3, 4]});
    expect(await order(directory, {labels: true})).toEqual({
      values: [3, 4],
      labels: [0, 1],
      classNames: ['one', 'two'],
    });
  });
});

test('one class is enough', async () => {
  await withFiles({'only/a.png': png}, async directory => {
    const source = await imageFolder(directory, here);
    expect(source).toMatchObject({
      length: 1,
      labels: Int32Array.of(0),
      classNames: ['only'],
      channels: 3,
      inThreads: false,
    });
    expect(source.size).toBeUndefined();
    expect(source.nameOf(0)).toBe(join(directory, 'only', 'a.png'));
    expect((await imageFolder(directory)).inThreads).toBe(true);
  });
});

test('looks at images as a policy of evaluation makes them', async () => {
  await withFiles({'a.png': png, 'b.jpg': jpeg}, async directory => {
    const source = await imageFolder(directory, here);
    expect(source).toMatchObject({length: 2, channels: 3, bad: []});
    const augment = evalAugment({size: 20});
    const {bytes, shape} = await readImages(source, [1, 0], augment);
    const expected = await Promise.all(
      [
        ['b.jpg', 50, 40],
        ['a.png', 40, 50],
      ].map(async ([name, height, width]) => {
        const opened = await openImage({path: join(directory, String(name))}, {channels: 3, mostPixels: 1e6});
        return augment.view(await opened.decode(), augment.sample(Number(height), Number(width), createRandom(1))).data;
      }),
    );
    expect(shape).toEqual([2, 20, 20, 3]);
    expect(bytes).toEqual(Uint8Array.from(expected.flatMap(image => Array.from(image))));
    expect((await imageFolder(directory, {...here, channels: 1})).channels).toBe(1);
    await expect(look(source, [2])).rejects.toThrow(/expected integers from 0 to 1 as indices, got 2/);
    await expect(source.views({...one, indices: Int32Array.of(2)})).rejects.toThrow(/views: .* from 0 to 1 .* got 2/);
    await expect(readImages(source, [0])).rejects.toThrow(/views have one size, .*evalAugment\(\{size: 224\}\)/);
  });
});

test('leaves out bad images and lists each once', async () => {
  await withFiles(
    {'x/a.png': png, 'x/b.jpg': text, 'x/c.jpg': '', 'x/d.png': png.subarray(0, 300)},
    async directory => {
      const source = await imageFolder(directory, {...here, mostBad: 1});
      for (let pass = 0; pass < 2; pass++) {
        const {shape, positions} = await look(source, [3, 0, 1, 0, 2]);
        expect([...positions]).toEqual([1, 3]);
        expect(shape).toEqual([2, 8, 8, 3]);
      }
      expect(source.bad.map(({path, reason}) => [relative(directory, path), reason])).toEqual([
        ['x/d.png', expect.stringMatching(/truncated or damaged/)],
        ['x/b.jpg', 'it is no JPEG, PNG, WebP, AVIF, GIF or TIFF'],
        ['x/c.jpg', 'it is empty'],
      ]);
      const none = await look(source, [1, 2]);
      expect([none.shape[0], none.positions.length]).toEqual([0, 0]);
    },
  );
});

test('images of kinds that are not decoded are listed, and other files are not', async () => {
  const some = {'x/a.png': png, 'x/b.HEIC': text, 'c.bmp': text, 'x/notes.txt': text, 'x/svg': text, 'x/d.jfif': jpeg};
  await withFiles(some, async directory => {
    await symlink('nowhere.heic', join(directory, 'x', 'link.heic'));
    const source = await imageFolder(directory, {...here, strict: true});
    expect(source.length).toBe(2);
    expect(source.bad.map(({path, reason}) => [relative(directory, path), reason])).toEqual([
      ['c.bmp', 'expected JPEG, PNG, WebP, AVIF, GIF or TIFF, got .bmp; convert it'],
      ['x/b.HEIC', 'expected JPEG, PNG, WebP, AVIF, GIF or TIFF, got .heic; convert it'],
      ['x/link.heic', 'expected JPEG, PNG, WebP, AVIF, GIF or TIFF, got .heic; convert it'],
    ]);
    await look(source, [0, 1]);
  });
});

test('strict: the first bad image is an error', async () => {
  await withFiles({'a.png': png, 'b.png': text}, async directory => {
    const source = await imageFolder(directory, {...here, strict: true});
    await look(source, [0]);
    await expect(look(source, [0, 1])).rejects.toThrow(
      /imageFolder: expected images that can be used, got .*b\.png: it is no JPEG.*strict: false/,
    );
  });
});

test('too many bad images are an error that names some', async () => {
  const files = Object.fromEntries(Array.from({length: 6}, (_, i) => [`${i}.png`, i < 4 ? text : png]));
  await withFiles(files, async directory => {
    const source = await imageFolder(directory, here); // half of them may be bad
    await look(source, [0, 1, 2, 4]); // fewer were tried than count
    await expect(look(source, [3, 5])).rejects.toThrow(
      /at most 50 % bad.* mostBad, got 4 of the 6 tried.*66\.7 % \(.*0\.png: it is no.*1\.png: .*2\.png: .*raise mostBad/,
    );
    const tolerant = await imageFolder(directory, {...here, mostBad: 0.7});
    expect((await look(tolerant, [0, 1, 2, 3, 4, 5])).shape[0]).toBe(2);
  });
});

test('follows links within the directory, and none that lead out of it or in circles', async () => {
  await withFiles({'data/a/1.png': await plain(1), 'elsewhere/2.png': await plain(2)}, async directory => {
    const at = (...names: string[]) => join(directory, ...names);
    await symlink('../elsewhere', at('data', 'far'));
    await symlink('../../elsewhere/2.png', at('data', 'a', '2.png'));
    await symlink('a', at('data', 'near'));
    await symlink('..', at('data', 'a', 'around'));
    await symlink('nowhere', at('data', 'a', '3.png'));
    await symlink('nowhere', at('data', 'lost'));
    const source = await imageFolder(at('data'), {...here, mostBad: 1});
    expect(source.classNames).toEqual(['a', 'far', 'near']);
    expect([...(source.labels ?? [])]).toEqual([0, 0, 0, 2, 2, 2]);
    const {positions} = await look(source, [0, 1, 2, 3, 4, 5]);
    expect([...positions]).toEqual([0, 3]);
    expect(source.bad.map(({path, reason}) => `${relative(at('data'), path)}: ${reason}`)).toEqual([
      `far: it is a link that leads out of ${at('data')}`,
      `a/2.png: it is a link that leads out of ${at('data')}`,
      'a/3.png: it is a link that leads nowhere',
      `near/2.png: it is a link that leads out of ${at('data')}`,
      'near/3.png: it is a link that leads nowhere',
    ]);
    await symlink('data', at('link')); // the directory itself may be a link
    expect(await imageFolder(at('link'), here)).toMatchObject({length: 6});
  });
});

test('tells what is wrong with a directory', async () => {
  await withFiles({'file.png': png, 'text/notes.txt': text, 'deep/a/b/c.png': png}, async directory => {
    const at = (name: string) => join(directory, name);
    await expect(imageFolder(at('missing'))).rejects.toThrow(
      /expected a directory, got .*missing, which cannot be read \(ENOENT.*give that which holds/,
    );
    await expect(imageFolder(at('file.png'))).rejects.toThrow(/expected a directory, got the file .*file\.png/);
    await expect(imageFolder(at('text'))).rejects.toThrow(
      /expected images \(\.jpg, .*\) in .*text, got none; check the directory/,
    );
    await expect(imageFolder(at('deep/a/b'), {labels: true})).rejects.toThrow(/in the directories in .*b, got none/);
    await expect(imageFolder(at('deep'), {extensions: ['.bmp']})).rejects.toThrow(/expected images \(\.bmp\)/);
    await expect(imageFolder(at('deep'), {extensions: ['png']})).rejects.toThrow(
      /a list of endings as '\.jpg' as extensions, got \['png'\]/,
    );
    expect(await imageFolder(at('deep'), {...here, extensions: ['.PNG']})).toMatchObject({
      length: 1,
      classNames: ['a'],
    });
    await expect(imageFolder(at('deep'), {sizes: 0} as never)).rejects.toThrow(/expected options among .*, got sizes/);
    await expect(imageFolder(at('deep'), {workers: 1.5})).rejects.toThrow(
      /imageFolder: expected an integer from 0 on as workers, got 1\.5/,
    );
    await expect(imageFolder(at('deep'), {mostBad: 2})).rejects.toThrow(/a number from 0 to 1 as mostBad, got 2/);
    await expect(imageFolder(undefined as never)).rejects.toThrow(/imageFolder: expected text as directory, got undef/);
    const wrong: {channels: number; labels: string} = {channels: 2, labels: 'yes'}; // what JavaScript may give
    await expect(imageFolder(at('deep'), {channels: wrong.channels as 3})).rejects.toThrow(
      /1 \(grey\) or 3 \(RGB\) as channels, got 2/,
    );
    await expect(imageFolder(at('deep'), {labels: wrong.labels as 'auto'})).rejects.toThrow(
      /true or false, or 'auto' as labels, got 'yes'/,
    );
  });
});

test('opens thousands of files by their names alone', async () => {
  const files = Object.fromEntries(Array.from({length: 3000}, (_, i) => [`${String(i % 7)}/${String(i)}.jpg`, '']));
  await withFiles(files, async directory => {
    const source = await imageFolder(directory, {...here, mostBad: 1});
    expect(source.length).toBe(3000);
    await look(source, [0, 1, 2999]);
    expect(source.bad.map(({path}) => relative(directory, path))).toEqual(['0/0.jpg', '0/1001.jpg', '6/993.jpg']);
    expect(source.labels?.filter(label => label === 3).length).toBe(429);
  });
});

test('makes views in workers, closes them and starts again', async () => {
  await withFiles({'a/1.png': png, 'a/2.jpg': jpeg, 'b/3.png': text}, async directory => {
    const request = {
      indices: Int32Array.of(2, 0, 1, 0),
      keys: Int32Array.of(2, 0, 1, 0),
      augments: [augmentation([randomResizedCrop({size: 16})])],
      stream: [5, 1, 0] as const,
    };
    const options = {mostBad: 1};
    const expected = await (await imageFolder(directory, {...options, workers: 0})).views(request);
    expect(expected.bad).toEqual([
      {position: 0, path: join(directory, 'b/3.png'), reason: expect.stringMatching(/no JPEG/) as string},
    ]);
    const source = await imageFolder(directory, {...options, workers: 2});
    for (let pass = 0; pass < 2; pass++) {
      expect(await source.views(request)).toEqual(expected);
      await source.close();
    }
    expect(source.bad.length).toBe(1);
  });
});
