import {sorted} from '../encoded/list-images.js';
import {classNumbers} from './benchmark-files.js';
import type {BenchmarkFiles, Layout, ListedPart} from './benchmark.js';

const partOf = (images: readonly string[], labels: readonly number[]): ListedPart => ({images, labels});

/**
 * Food-101 (Bossard et al., 2014): `images/apple_pie/1005649.jpg`, and in `meta` the classes and lists of
 * `apple_pie/1005649`.
 */
export const food101: Layout = {
  title: 'Food-101',
  folders: ['food-101'],
  marker: 'meta/train.txt',
  remedy:
    'unpack food-101.tar.gz of https://data.vision.ee.ethz.ch/cvl/datasets_extra/food-101/, which makes food-101/images ' +
    'and food-101/meta, and give the directory where it was unpacked',
  list: async files => {
    const classNames = await files.lines('meta/classes.txt');
    const numberOf = classNumbers(files, classNames);
    const part = async (path: string) => {
      const lines = await files.lines(path);
      return partOf(
        lines.map(line => `images/${line}.jpg`),
        lines.map(line => numberOf(path, line.split('/')[0])),
      );
    };
    return {root: files.root, classNames, train: await part('meta/train.txt'), test: await part('meta/test.txt')};
  },
};

/**
 * SUN397 (Xiao et al., 2010), the first of its ten partitions, 50 training and 50 test images of each class: lists of
 * `/a/abbey/sun_aalvewxmmrfwbvkh.jpg`, classes as `/a/apartment_building/outdoor`.
 */
export const sun397: Layout = {
  title: 'SUN397',
  folders: [],
  marker: 'SUN397',
  remedy:
    'unpack SUN397.tar.gz and, into a folder Partitions beside it, Partitions.zip of ' +
    'https://vision.princeton.edu/projects/2010/SUN/, and give the directory that holds SUN397 and Partitions',
  list: async files => {
    const lists = async (name: string) =>
      files.first(['Partitions', '.', 'SUN397', 'SUN397/Partitions'].map(folder => `${folder}/${name}`));
    const folders = (await files.lines(await lists('ClassName.txt'))).map(line => line.trim());
    const numberOf = classNumbers(files, folders);
    const part = async (name: string) => {
      const path = await lists(name);
      const lines = (await files.lines(path)).map(line => line.trim());
      return partOf(
        lines.map(line => `SUN397${line}`),
        lines.map(line => numberOf(path, line.slice(0, line.lastIndexOf('/')))),
      );
    };
    const classNames = folders.map(folder => folder.replace(/^\/.\//, ''));
    return {root: files.root, classNames, train: await part('Training_01.txt'), test: await part('Testing_01.txt')};
  },
};

/** Describable Textures (Cimpoi et al., 2014), the first of its ten splits: lists of `banded/banded_0002.jpg`. */
export const dtd: Layout = {
  title: 'DTD',
  folders: ['dtd'],
  marker: 'labels/train1.txt',
  remedy:
    'unpack dtd-r1.0.1.tar.gz of https://www.robots.ox.ac.uk/~vgg/data/dtd/, which makes dtd/images and dtd/labels, and ' +
    'give the directory where it was unpacked',
  list: async files => {
    const lists = await Promise.all(['train', 'val', 'test'].map(async part => files.lines(`labels/${part}1.txt`)));
    const classNames = sorted([...new Set(lists.flat().map(line => line.split('/')[0]))]);
    const numbers = new Map(classNames.map((name, label) => [name, label]));
    const [train, validation, test] = lists.map(lines =>
      partOf(
        lines.map(line => `images/${line.trim()}`),
        lines.map(line => numbers.get(line.split('/')[0]) ?? 0),
      ),
    );
    return {root: files.root, classNames, train, validation, test};
  },
};

/**
 * FGVC Aircraft (Maji et al., 2013) by variant: lists of `1025794 707-320`. The lowest 20 rows of each picture say
 * whose it is; they are left in, as the papers do not tell of cutting them off.
 */
export const aircraft: Layout = {
  title: 'FGVC Aircraft',
  folders: ['fgvc-aircraft-2013b/data', 'data'],
  marker: 'variants.txt',
  remedy:
    'unpack fgvc-aircraft-2013b.tar.gz of https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/, which makes ' +
    'fgvc-aircraft-2013b/data, and give the directory where it was unpacked',
  list: async files => {
    const classNames = (await files.lines('variants.txt')).map(line => line.trim());
    const numberOf = classNumbers(files, classNames);
    const part = async (path: string) => {
      const lines = (await files.lines(path)).map(line => line.trim());
      return partOf(
        lines.map(line => `images/${line.split(' ', 1)[0]}.jpg`),
        lines.map(line => numberOf(path, line.slice(line.indexOf(' ') + 1))),
      );
    };
    const [train, validation, test] = await Promise.all(
      ['train', 'val', 'test'].map(async name => part(`images_variant_${name}.txt`)),
    );
    return {root: files.root, classNames, train, validation, test};
  },
};

/** Oxford-IIIT Pets (Parkhi et al., 2012): lists of `Abyssinian_100 1 1 1`, image and class, which counts from 1. */
export const pets: Layout = {
  title: 'Oxford-IIIT Pets',
  folders: ['oxford-iiit-pet'],
  marker: 'annotations',
  remedy:
    'unpack images.tar.gz and annotations.tar.gz of https://www.robots.ox.ac.uk/~vgg/data/pets/, which make images and ' +
    'annotations, and give the directory that holds both',
  list: async files => {
    const names = new Map<number, string>();
    const part = async (path: string) => {
      const rows = (await files.lines(path)).map(line => line.trim().split(/\s+/));
      const labels = rows.map(([image, id]) => {
        const name = image.slice(0, image.lastIndexOf('_'));
        const label = Number(id) - 1;
        if (!Number.isInteger(label) || label < 0 || (names.get(label) ?? name) !== name)
          throw files.wrong(path, 'one number from 1 on for each breed', `${id} for ${image}`);
        names.set(label, name);
        return label;
      });
      return partOf(
        rows.map(([image]) => `images/${image}.jpg`),
        labels,
      );
    };
    const [train, test] = [await part('annotations/trainval.txt'), await part('annotations/test.txt')];
    const classNames = Array.from({length: Math.max(...names.keys()) + 1}, (_, label) => names.get(label) ?? '');
    return {root: files.root, classNames, train, test};
  },
};

/** Rows of a table with a header, its columns divided by tabs, as records of the columns asked for. */
async function tableOf<C extends string>(
  files: BenchmarkFiles,
  path: string,
  columns: readonly C[],
): Promise<Readonly<Record<C, string>>[]> {
  const [header, ...rows] = (await files.lines(path)).map(line => line.split('\t').map(cell => cell.trim()));
  const places = columns.map(column => header.indexOf(column));
  if (places.includes(-1)) throw files.wrong(path, `the columns ${columns.join(', ')}`, header.slice(0, 5).join(', '));
  return rows.map(
    row => Object.fromEntries(columns.map((column, c) => [column, row[places[c]] ?? ''])) as Record<C, string>,
  );
}

/**
 * Birdsnap (Berg et al., 2014): tables of species and images, a list of the test images; the images come from where
 * they were published, by a script, and some are gone. These are left out.
 */
export const birdsnap: Layout = {
  title: 'Birdsnap',
  folders: ['birdsnap'],
  marker: 'test_images.txt',
  remedy:
    'unpack birdsnap.tgz of http://thomasberg.org/, run its get_birdsnap.py, which makes birdsnap/download/images, and ' +
    'give the directory where it was unpacked',
  list: async files => {
    const species = await tableOf(files, 'species.txt', ['id', 'common']);
    const numberOf = classNumbers(
      files,
      species.map(({id}) => id),
    );
    const rows = await tableOf(files, 'images.txt', ['path', 'species_id']);
    const tested = new Set((await tableOf(files, 'test_images.txt', ['path'])).map(({path}) => path));
    const folder = await files.first(['download/images', 'images']);
    const part = (chosen: typeof rows) =>
      partOf(
        chosen.map(({path}) => `${folder}/${path}`),
        chosen.map(({species_id}) => numberOf('images.txt', species_id)),
      );
    return {
      root: files.root,
      classNames: species.map(({common}) => common),
      train: part(rows.filter(({path}) => !tested.has(path))),
      test: part(rows.filter(({path}) => tested.has(path))),
      incomplete: true,
    };
  },
};
