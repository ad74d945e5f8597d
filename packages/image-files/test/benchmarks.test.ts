import {mkdir, readFile, rm, rename} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {evalAugment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import sharp from 'sharp';
import {describe, expect, test} from 'vitest';
import {openBenchmark, type BenchmarkName} from '../src/index.js';
import golden from './golden/mat.json' with {type: 'json'};
import {withFiles} from './image-files.js';

type Files = Record<string, Uint8Array | string>;

/** A grey picture of one level. */
const plain = (level: number) =>
  sharp({create: {width: 9, height: 9, channels: 3, background: {r: level, g: level, b: level}}})
    .jpeg()
    .toBuffer();
const levels = await Promise.all(Array.from({length: 6}, (_, i) => plain(40 * i)));

/** The pictures, each of the level of its place in the list. */
const pictures = (paths: readonly string[]): Files =>
  Object.fromEntries(paths.map((path, i) => [path, levels[i % levels.length]]));

const mat = async (name: string) => readFile(new URL(`./golden/mat/${name}`, import.meta.url));
const five = (i: number) => String(i).padStart(5, '0');
const range = (count: number) => Array.from({length: count}, (_, i) => i + 1);
const lines = (list: readonly string[], end = '\n') => list.map(line => line + end).join('');

/** A data set in its official layout, with what is in it. */
interface Tiny {
  readonly files: Files;
  /** Lists of `path label`, as sources are to have them. */
  readonly train: readonly string[];
  /** None where it is held out of `train`. */
  readonly validation?: readonly string[];
  readonly test: readonly string[];
  readonly classNames?: readonly string[];
  /** A file without which it cannot be read, and what the message then names. */
  readonly needs: readonly [path: string, archive: string];
}

/** Ten training images of each of two classes, and two test images. */
const listed = (path: (name: string, i: number) => string, names: readonly string[]) => {
  const of = (from: number, to: number) =>
    names.flatMap((name, label) => range(to - from).map(i => [path(name, from + i), label] as const));
  return {train: of(0, 10), test: of(10, 12)};
};
const withLabels = (list: readonly (readonly [string, number])[]) => list.map(([path, label]) => `${path} ${label}`);

function food(): Tiny {
  const {train, test: judged} = listed((name, i) => `${name}/${i}`, ['apple_pie', 'waffles']);
  const images = [...train, ...judged].map(([path]) => `food-101/images/${path}.jpg`);
  const to = (list: typeof train) => withLabels(list.map(([path, label]) => [`images/${path}.jpg`, label]));
  return {
    files: {
      ...pictures(images),
      'food-101/meta/classes.txt': 'apple_pie\nwaffles\n',
      'food-101/meta/train.txt': lines(train.map(([path]) => path)),
      'food-101/meta/test.txt': lines(judged.map(([path]) => path)),
    },
    train: to(train),
    test: to(judged),
    classNames: ['apple_pie', 'waffles'],
    needs: ['food-101/meta/test.txt', 'food-101.tar.gz'],
  };
}

function sun(): Tiny {
  const folders = ['/a/abbey', '/a/apartment_building/outdoor'];
  const {train, test: judged} = listed((name, i) => `${name}/sun_a${i}.jpg`, folders);
  const to = (list: typeof train) => withLabels(list.map(([path, label]) => [`SUN397${path}`, label]));
  return {
    files: {
      ...pictures([...train, ...judged, ['/a/abbey/sun_other.jpg']].map(([path]) => `SUN397${path}`)),
      'Partitions/ClassName.txt': lines(folders),
      'Partitions/Training_01.txt': lines(
        train.map(([path]) => path),
        '\r\n',
      ),
      'Partitions/Testing_01.txt': lines(
        judged.map(([path]) => path),
        '\r\n',
      ),
      'Partitions/Training_02.txt': '/a/abbey/sun_other.jpg\n',
    },
    train: to(train),
    test: to(judged),
    classNames: ['abbey', 'apartment_building/outdoor'],
    needs: ['Partitions/Training_01.txt', 'Partitions.zip'],
  };
}

function dtd(): Tiny {
  const names = ['banded', 'zigzagged'];
  const part = (from: number) =>
    names.flatMap((name, label) => [1, 2].map(i => [`${name}/${name}_000${from + i}.jpg`, label] as const));
  const [train, validation, judged] = [part(0), part(2), part(4)];
  const to = (list: typeof train) => withLabels(list.map(([path, label]) => [`images/${path}`, label]));
  const list = (of: typeof train) => lines(of.map(([path]) => path));
  return {
    files: {
      ...pictures([...train, ...validation, ...judged].map(([path]) => `dtd/images/${path}`)),
      'dtd/labels/train1.txt': list(train),
      'dtd/labels/val1.txt': list(validation),
      'dtd/labels/test1.txt': list(judged),
      'dtd/labels/train2.txt': list(judged),
    },
    train: to(train),
    validation: to(validation),
    test: to(judged),
    classNames: names,
    needs: ['dtd/labels/val1.txt', 'dtd-r1.0.1.tar.gz'],
  };
}

function aircraft(): Tiny {
  const [root, names] = ['fgvc-aircraft-2013b/data', ['707-320', 'Model B200']];
  const parts = {train: [1, 2, 3], val: [4, 5], test: [6, 7]};
  const label = (i: number) => (i + 1) % 2;
  const to = (list: readonly number[]) => list.map(i => `images/000000${i}.jpg ${label(i)}`);
  return {
    files: {
      ...pictures(range(7).map(i => `${root}/images/000000${i}.jpg`)),
      [`${root}/variants.txt`]: lines(names),
      ...Object.fromEntries(
        Object.entries(parts).map(([part, list]) => [
          `${root}/images_variant_${part}.txt`,
          lines(list.map(i => `000000${i} ${names[label(i)]}`)),
        ]),
      ),
    },
    train: to(parts.train),
    validation: to(parts.val),
    test: to(parts.test),
    classNames: names,
    needs: [`${root}/images_variant_val.txt`, 'fgvc-aircraft-2013b.tar.gz'],
  };
}

function pets(): Tiny {
  const names = ['Abyssinian', 'american_bulldog'];
  const {train, test: judged} = listed((name, i) => `${name}_${i}`, names);
  const rows = (list: typeof train) => lines(list.map(([path, label]) => `${path} ${label + 1} 1 1`));
  const to = (list: typeof train) => withLabels(list.map(([path, label]) => [`images/${path}.jpg`, label]));
  return {
    files: {
      ...pictures([...train, ...judged].map(([path]) => `images/${path}.jpg`)),
      'annotations/trainval.txt': rows(train),
      'annotations/test.txt': rows(judged),
    },
    train: to(train),
    test: to(judged),
    classNames: names,
    needs: ['annotations/trainval.txt', 'annotations.tar.gz'],
  };
}

function birdsnap(): Tiny {
  const names = ['Acadian_Flycatcher', 'Zone-tailed_Hawk'];
  const {train, test: judged} = listed((name, i) => `${name}/${i}.jpg`, names);
  const all = [...train, ...judged];
  const row = ([path, label]: readonly [string, number]) =>
    `http://example.org/${path}\tmd5\t${path}\t${label + 1}\t1\t2`;
  const to = (list: typeof train) => withLabels(list.map(([path, label]) => [`download/images/${path}`, label]));
  return {
    files: {
      ...pictures(all.map(([path]) => `birdsnap/download/images/${path}`)),
      'birdsnap/species.txt': 'id\tcommon\tscientific\tdir\n1\tAcadian Flycatcher\tE\tA\n2\tZone-tailed Hawk\tB\tZ\n',
      'birdsnap/images.txt': `url\tmd5\tpath\tspecies_id\tbb_x1\tbb_y1\n${lines(all.map(row))}`,
      'birdsnap/test_images.txt': `path\n${lines(judged.map(([path]) => path))}`,
    },
    train: to(train),
    test: to(judged),
    classNames: ['Acadian Flycatcher', 'Zone-tailed Hawk'],
    needs: ['birdsnap/species.txt', 'birdsnap.tgz'],
  };
}

async function cars(): Promise<Tiny> {
  const images = (folder: string, list: readonly unknown[]) => list.map((_, i) => `${folder}/${five(i + 1)}.jpg`);
  const to = (folder: string, list: readonly number[]) =>
    images(folder, list).map((path, i) => `${path} ${list[i] - 1}`);
  return {
    files: {
      ...pictures([...images('cars_train', golden.carsTrain), ...images('cars_test', golden.carsTest)]),
      'devkit/cars_meta.mat': await mat('cars_meta.mat'),
      'devkit/cars_train_annos.mat': await mat('cars_train_annos.mat'),
      'cars_test_annos_withlabels.mat': await mat('cars_test_annos_withlabels.mat'),
    },
    train: to('cars_train', golden.carsTrain),
    test: to('cars_test', golden.carsTest),
    classNames: golden.cars,
    needs: ['cars_test_annos_withlabels.mat', 'cars_test.tgz'],
  };
}

async function flowers(): Promise<Tiny> {
  const to = (ids: readonly number[]) => ids.map(id => `jpg/image_${five(id)}.jpg ${golden.flowers[id - 1] - 1}`);
  return {
    files: {
      ...pictures(range(golden.flowers.length).map(i => `jpg/image_${five(i)}.jpg`)),
      'imagelabels.mat': await mat('imagelabels.mat'),
      'setid.mat': await mat('setid.mat'),
    },
    train: to(golden.trnid),
    validation: to(golden.valid),
    test: to(golden.tstid),
    needs: ['setid.mat', '102flowers.tgz'],
  };
}

const tiny: readonly (readonly [BenchmarkName, Tiny])[] = [
  ['food-101', food()],
  ['birdsnap', birdsnap()],
  ['sun397', sun()],
  ['cars', await cars()],
  ['aircraft', aircraft()],
  ['dtd', dtd()],
  ['pets', pets()],
  ['flowers', await flowers()],
];

/** The images of a source with their labels, as `path label`. */
const contents = (source: Source, root: string): string[] =>
  Array.from({length: source.length}, (_, i) => `${relative(root, source.nameOf(i))} ${source.labels?.[i]}`);

/** The level of each image. */
async function read(source: Source): Promise<number[]> {
  const {bytes} = await readImages(source, [...Array(source.length).keys()], evalAugment({size: 8}));
  return Array.from({length: bytes.length / 192}, (_, i) => bytes[192 * i]);
}

const here = {workers: 0} as const;

describe.each(tiny)('%s', (name, {files, train, validation, test: judged, classNames, needs: [missing, archive]}) => {
  const images = Object.keys(files).filter(path => path.endsWith('.jpg'));
  const root =
    ['food-101', 'birdsnap', 'dtd', 'fgvc-aircraft-2013b/data'].find(folder => images[0].startsWith(folder)) ?? '';

  test('has the images, labels and parts of its lists', async () => {
    await withFiles(files, async directory => {
      const opened = await openBenchmark(name, directory, here);
      const of = (source: Source) => contents(source, join(directory, root));
      expect(of(opened.test)).toEqual(judged);
      if (validation) expect([of(opened.train), of(opened.validation)]).toEqual([train, validation]);
      else {
        expect([...of(opened.train), ...of(opened.validation)].sort()).toEqual([...train].sort());
        const each = new Map<number, number>();
        for (const label of opened.validation.labels ?? []) each.set(label, (each.get(label) ?? 0) + 1);
        const classes = new Set(opened.train.labels).size;
        expect(opened.validation.length).toBe(Math.round(train.length / 5));
        expect(Math.max(...each.values()) - Math.min(...each.values())).toBeLessThanOrEqual(1);
        expect(each.size).toBe(Math.min(classes, opened.validation.length));
      }
      for (const source of [opened.train, opened.validation, opened.test]) {
        expect(source.classNames).toEqual(classNames);
        const expected = contents(source, directory).map(line => 40 * (images.indexOf(line.split(' ')[0]) % 6));
        const found = await read(source);
        expect(found.length).toBe(source.length);
        expect(Math.max(...found.map((level, i) => Math.abs(level - expected[i])))).toBeLessThan(4);
      }
      expect(opened.labelMatrices).toBeUndefined();
    });
  });

  test('says what is missing where, and how the archive unpacks', async () => {
    await withFiles(files, async directory => {
      await rm(join(directory, missing));
      const error = await openBenchmark(name, directory, here).catch((cause: unknown) => cause as Error);
      expect(error).toBeInstanceOf(Error);
      const {message} = error as Error;
      expect(message).toMatch(/^openBenchmark: expected .* got .*; unpack .* and give the directory .*\.$/);
      expect(message).toContain(missing.split('/').at(-1));
      expect(message).toContain(archive);
    });
    await withFiles({'other/file.txt': 'text'}, async directory => {
      await expect(openBenchmark(name, directory, here)).rejects.toThrow(
        new RegExp(`openBenchmark: expected .* in ${directory} of .*, got other; unpack .*`),
      );
      await expect(openBenchmark(name, join(directory, 'none'), here)).rejects.toThrow(
        /expected the directory .*none of .*, got one that cannot be read \(ENOENT/,
      );
    });
  });

  test('an image that is listed must be there', async () => {
    await withFiles(files, async directory => {
      const [gone] = images;
      await rm(join(directory, gone));
      const opening = openBenchmark(name, directory, here);
      if (name !== 'birdsnap') {
        await expect(opening).rejects.toThrow(
          /expected the \d+ images that .* lists in .*, got \d+, without .*\.jpg; unpack/,
        );
        return;
      }
      const {train: first, validation: second, test: third} = await opening;
      expect(first.length + second.length + third.length).toBe(train.length + judged.length - 1);
      expect(first.bad).toEqual([{path: join(directory, gone), reason: 'it is listed and not there'}]);
      expect([...contents(first, join(directory, root)), ...contents(second, join(directory, root))].sort()).toEqual(
        [...train].filter(line => !`birdsnap/${line}`.startsWith(`${gone} `)).sort(),
      );
    });
  });
});

test('held-out images are drawn by the seed', async () => {
  await withFiles(food().files, async directory => {
    const held = async (options: object) => {
      const {validation} = await openBenchmark('food-101', directory, {...here, ...options});
      return contents(validation, directory);
    };
    expect(await held({seed: 4})).toEqual(await held({seed: 4}));
    expect(await held({seed: 4})).not.toEqual(await held({seed: 5}));
    expect((await held({heldOut: 0.5})).length).toBe(10);
  });
});

test('the archive may be unpacked beside others, or its folder be given', async () => {
  await withFiles(dtd().files, async directory => {
    expect((await openBenchmark('dtd', join(directory, 'dtd'), here)).test.length).toBe(4);
    await mkdir(join(directory, 'more'));
    await rename(join(directory, 'dtd'), join(directory, 'more', 'dtd'));
    await expect(openBenchmark('dtd', directory, here)).rejects.toThrow(
      /expected labels\/train1\.txt or dtd\/labels\/train1\.txt in .*, got more; unpack dtd-r1/,
    );
  });
});

describe('caltech-101', () => {
  const names = ['BACKGROUND_Google', 'Faces', 'accordion'];
  const images = names.flatMap((name, c) =>
    range(31 + c).map(i => `101_ObjectCategories/${name}/image_${five(i)}.jpg`),
  );
  const files = {...pictures(images), '101_ObjectCategories/BACKGROUND_Google/tmp': 'no image'};

  test('30 random training images a class, the rest for testing', async () => {
    await withFiles(files, async directory => {
      const open = async (seed: number) => openBenchmark('caltech-101', directory, {...here, seed});
      const {train, validation, test: judged} = await open(1);
      const of = (source: Source) => contents(source, join(directory, '101_ObjectCategories'));
      expect([train.length, validation.length, judged.length]).toEqual([72, 18, 1 + 2 + 3]);
      expect([...(judged.labels ?? [])]).toEqual([0, 1, 1, 2, 2, 2]);
      expect(train.classNames).toEqual(names);
      const all = [...of(train), ...of(validation), ...of(judged)];
      expect(all.length).toBe(images.length);
      expect(new Set(all).size).toBe(images.length);
      expect(of((await open(1)).test)).toEqual(of(judged));
      expect(of((await open(2)).test)).not.toEqual(of(judged));
    });
  });

  test('a class of 30 images has none to test on', async () => {
    await withFiles(files, async directory => {
      await rm(join(directory, images[0]));
      await expect(openBenchmark('caltech-101', directory, here)).rejects.toThrow(
        /expected more than 30 images named \.jpg in .*BACKGROUND_Google of Caltech-101, got 30; unpack caltech-101\.zip/,
      );
    });
  });
});

describe('voc-2007', () => {
  const root = 'VOCdevkit/VOC2007';
  const names =
    'aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant ' +
    'sheep sofa train tvmonitor';
  const classNames = names.split(' ');
  const parts = {train: ['000012', '000017'], val: ['000005'], test: ['000001', '000002', '000004']};
  /** 1, 0 for difficult, or −1, as a function of image and class. */
  const value = (image: string, column: number) => [-1, 1, -1, 0, 1][(Number(image) * 3 + column) % 5];
  const files: Files = pictures(
    Object.values(parts)
      .flat()
      .map(image => `${root}/JPEGImages/${image}.jpg`),
  );
  for (const [part, images] of Object.entries(parts)) {
    files[`${root}/ImageSets/Main/${part}.txt`] = lines(images);
    for (const [column, name] of classNames.entries()) {
      const rows = images.map(image => `${image} ${String(value(image, column)).padStart(2)}`);
      files[`${root}/ImageSets/Main/${name}_${part}.txt`] = lines(rows);
    }
  }

  test('has a matrix of the classes in each image, and of those that are difficult', async () => {
    await withFiles(files, async directory => {
      const opened = await openBenchmark('voc-2007', directory, here);
      for (const [part, list] of [
        ['train', parts.train],
        ['validation', parts.val],
        ['test', parts.test],
      ] as const) {
        const source = opened[part];
        expect(Array.from(list, (_, i) => relative(directory, source.nameOf(i)))).toEqual(
          list.map(image => `${root}/JPEGImages/${image}.jpg`),
        );
        expect([source.length, source.labels]).toEqual([list.length, undefined]);
        expect(source.classNames).toEqual(classNames);
        const values = list.flatMap(image => classNames.map((_, column) => value(image, column)));
        expect(opened.labelMatrices?.[part]).toEqual({
          relevant: Uint8Array.from(values, one => Number(one === 1)),
          classCount: 20,
          difficult: Uint8Array.from(values, one => Number(one === 0)),
        });
        expect((await read(source)).length).toBe(list.length);
      }
    });
  });

  test('tells what is missing, and lists that do not fit', async () => {
    await withFiles(files, async directory => {
      const list = `${root}/ImageSets/Main/cow_test.txt`;
      const failing = async (content: string) =>
        withFiles({...files, [list]: content}, async other => openBenchmark('voc-2007', other, here));
      await expect(failing('000001 -1\n')).rejects.toThrow(
        /expected 3 images, as in test\.txt, in .*cow_test\.txt.*got 1/,
      );
      await expect(failing('000001 -1\n000002 2\n000004 1\n')).rejects.toThrow(
        /each with -1, 0 or 1, in .*got '000002 2'/,
      );
      await expect(failing('000001 -1\n000002 1\n000005 1\n')).rejects.toThrow(/got '000005 1'; unpack VOCtrainval_06/);
      await rm(join(directory, list));
      await expect(openBenchmark('voc-2007', directory, here)).rejects.toThrow(
        /expected ImageSets\/Main\/cow_test\.txt in .*VOC2007 of PASCAL VOC 2007, got one that cannot be read \(ENOENT.*VOCtest_06-Nov-2007\.tar/,
      );
    });
  });
});

test.each(['cifar-10', 'cifar-100'] as const)('%s in its binary version', async name => {
  const labels = name === 'cifar-10' ? 1 : 2;
  const folder = name === 'cifar-10' ? 'cifar-10-batches-bin' : 'cifar-100-binary';
  const records = (count: number) => {
    const bytes = new Uint8Array(count * (labels + 3072));
    for (let i = 0; i < count; i++) bytes.fill(i % 10, i * (labels + 3072), i * (labels + 3072) + labels);
    return bytes;
  };
  const train = name === 'cifar-10' ? range(5).map(i => `data_batch_${i}.bin`) : ['train.bin'];
  const files = {
    ...Object.fromEntries(train.map(file => [`${folder}/${file}`, records(100 / train.length)])),
    [`${folder}/${name === 'cifar-10' ? 'test_batch' : 'test'}.bin`]: records(7),
  };
  await withFiles(files, async directory => {
    const opened = await openBenchmark(name, directory);
    expect([opened.train.length, opened.validation.length, opened.test.length]).toEqual([80, 20, 7]);
    expect([...(opened.test.labels ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...(opened.validation.labels ?? [])].sort()).toEqual(range(10).flatMap(i => [i - 1, i - 1]));
  });
});

test('lists that say something else than they should', async () => {
  const changed = async (name: BenchmarkName, {files}: Tiny, path: string, content: string | Uint8Array) =>
    withFiles({...files, [path]: content}, async directory => openBenchmark(name, directory, here));
  await expect(changed('food-101', food(), 'food-101/meta/train.txt', 'soup/1\n')).rejects.toThrow(
    /expected one of 2 classes in .*meta\/train\.txt of Food-101, got 'soup'; unpack food-101\.tar\.gz/,
  );
  await expect(changed('pets', pets(), 'annotations/test.txt', 'Abyssinian_1 2 1 1\n')).rejects.toThrow(
    /expected one number from 1 on for each breed in .* got 2 for Abyssinian_1/,
  );
  await expect(changed('birdsnap', birdsnap(), 'birdsnap/images.txt', 'url\tmd5\n')).rejects.toThrow(
    /expected the columns path, species_id in .*images\.txt.* got url, md5/,
  );
  const {files} = await flowers();
  await expect(changed('flowers', await flowers(), 'setid.mat', files['imagelabels.mat'])).rejects.toThrow(
    /setid\.mat: expected the variable trnid, got labels; give the right file/,
  );
  await expect(
    changed('cars', await cars(), 'devkit/cars_train_annos.mat', await mat('cars_meta.mat')),
  ).rejects.toThrow(/cars_train_annos\.mat: expected the variable annotations, got class_names/);
});

test('a path in a list cannot lead out of the folder', async () => {
  const {files} = dtd();
  const lists = {...files, 'dtd/labels/train1.txt': '../../outside.jpg\nbanded/banded_0001.jpg\n'};
  await withFiles({...lists, 'outside.jpg': levels[0]}, async directory => {
    const {train} = await openBenchmark('dtd', directory, {...here, mostBad: 1});
    expect((await read(train)).length).toBe(1);
    expect(train.bad).toEqual([
      {path: join(directory, 'outside.jpg'), reason: `it is a link that leads out of ${join(directory, 'dtd')}`},
    ]);
  });
});

test('refuses other names and options', async () => {
  await expect(openBenchmark('imagenet' as 'dtd', 'data')).rejects.toThrow(
    /openBenchmark: expected 'food-101', .* or 'flowers' as name, got 'imagenet'/,
  );
  await expect(openBenchmark('dtd', 'data', {heldOut: 1})).rejects.toThrow(/above 0 and below 1 as heldOut, got 1/);
  await expect(openBenchmark('dtd', 'data', {channels: 1} as object)).rejects.toThrow(
    /expected options among .*got channels/,
  );
});
