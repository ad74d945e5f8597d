import type {BenchmarkFiles, Layout, ListedPart} from './benchmark.js';
import {readMat, type MatValue} from './read-mat.js';

/** Whole numbers from `least` to `most` that a variable must hold. */
function integersOf(
  {wrong}: BenchmarkFiles,
  path: string,
  name: string,
  value: MatValue | undefined,
  [least, most]: readonly [number, number],
): number[] {
  const numbers = value?.kind === 'numbers' ? Array.from(value.values) : [NaN];
  const other = numbers.find(number => !(Number.isInteger(number) && number >= least && number <= most));
  if (other === undefined) return numbers;
  throw wrong(
    path,
    `integers from ${least} to ${most} as ${name}`,
    value?.kind === 'numbers' ? String(other) : 'others',
  );
}

/** The images of an annotation file of Cars, with the class of each, which counts from 1. */
async function annotated(files: BenchmarkFiles, path: string, folder: string, classes: number): Promise<ListedPart> {
  const {file, bytes} = await files.bytes(path);
  const {annotations} = readMat(file, bytes, ['annotations']);
  if (annotations.kind !== 'structs') throw files.wrong(path, 'structs as annotations', annotations.kind);
  const names = annotations.items.map(item => {
    const name = item.get('fname');
    if (name?.kind === 'text') return name.text;
    throw files.wrong(path, 'a name as fname of each annotation', name?.kind ?? 'none');
  });
  const labels = annotations.items.map(item => {
    const [label] = integersOf(files, path, 'class', item.get('class'), [1, classes]);
    return label - 1;
  });
  return {images: names.map(name => `${folder}/${name}`), labels};
}

const testAnnotations = ['cars_test_annos_withlabels.mat', 'devkit/cars_test_annos_withlabels.mat'];

/** Stanford Cars (Krause et al., 2013): annotations in MATLAB's format, those of the test images in a file apart. */
export const cars: Layout = {
  title: 'Stanford Cars',
  folders: ['stanford_cars'],
  marker: 'devkit/cars_meta.mat',
  remedy:
    'unpack car_devkit.tgz, cars_train.tgz and cars_test.tgz of https://ai.stanford.edu/~jkrause/cars/car_dataset.html, ' +
    'which make devkit, cars_train and cars_test, put cars_test_annos_withlabels.mat beside them, and give the ' +
    'directory that holds all',
  list: async files => {
    const {file, bytes} = await files.bytes('devkit/cars_meta.mat');
    const {class_names: names} = readMat(file, bytes, ['class_names']);
    const cells = names.kind === 'cells' ? names.cells : [];
    const classNames = cells.map(cell => (cell.kind === 'text' ? cell.text : ''));
    if (classNames.length === 0 || classNames.includes(''))
      throw files.wrong('devkit/cars_meta.mat', 'cells of text as class_names', names.kind);
    const test = await files.first(testAnnotations);
    return {
      root: files.root,
      classNames,
      train: await annotated(files, 'devkit/cars_train_annos.mat', 'cars_train', classNames.length),
      test: await annotated(files, test, 'cars_test', classNames.length),
    };
  },
};

/** How many flowers there are classes of; no official file has their names. */
const FLOWERS = 102;

/**
 * Oxford 102 Flowers (Nilsback and Zisserman, 2008): `jpg/image_00001.jpg`, classes in `imagelabels.mat`, which count
 * from 1, and in `setid.mat` the numbers of the images of each part. The test part is the largest.
 */
export const flowers: Layout = {
  title: 'Oxford 102 Flowers',
  folders: ['flowers-102'],
  marker: 'imagelabels.mat',
  remedy:
    'unpack 102flowers.tgz of https://www.robots.ox.ac.uk/~vgg/data/flowers/102/, which makes jpg, put imagelabels.mat and ' +
    'setid.mat beside it, and give the directory that holds all',
  list: async files => {
    const ofLabels = await files.bytes('imagelabels.mat');
    const {labels} = readMat(ofLabels.file, ofLabels.bytes, ['labels']);
    const all = integersOf(files, 'imagelabels.mat', 'labels', labels, [1, FLOWERS]);
    const ofParts = await files.bytes('setid.mat');
    const parts = readMat(ofParts.file, ofParts.bytes, ['trnid', 'valid', 'tstid']);
    const part = (name: keyof typeof parts): ListedPart => {
      const numbers = integersOf(files, 'setid.mat', name, parts[name], [1, all.length]);
      return {
        images: numbers.map(number => `jpg/image_${String(number).padStart(5, '0')}.jpg`),
        labels: numbers.map(number => all[number - 1] - 1),
      };
    };
    return {root: files.root, train: part('trnid'), validation: part('valid'), test: part('tstid')};
  },
};
