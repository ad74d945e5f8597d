import type {BenchmarkFiles, LabelMatrix, Layout, ListedPart} from './benchmark.js';

const classNames = [
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
];

/**
 * What is in which image of a part, by the lists of its classes: 1 for a class that is there, −1 for one that is not, 0
 * for one of which all objects are marked as difficult. These lists are the ground truth of the classification task
 * (Everingham et al., the VOC 2007 development kit, "Classification task"); the annotations in XML, which have the
 * boxes for detection, say the same.
 */
async function matrixOf(files: BenchmarkFiles, part: string, images: readonly string[]): Promise<LabelMatrix> {
  const places = new Map(images.map((image, row) => [image, row]));
  const [rows, classCount] = [images.length, classNames.length];
  const [relevant, difficult] = [new Uint8Array(rows * classCount), new Uint8Array(rows * classCount)];
  for (const [column, name] of classNames.entries()) {
    const path = `ImageSets/Main/${name}_${part}.txt`;
    const lines = (await files.lines(path)).map(line => line.trim().split(/\s+/));
    if (lines.length !== rows) throw files.wrong(path, `${rows} images, as in ${part}.txt,`, String(lines.length));
    for (const [image, value] of lines) {
      const row = places.get(image);
      if (row === undefined || !['-1', '0', '1'].includes(value))
        throw files.wrong(path, `images of ${part}.txt, each with -1, 0 or 1,`, `'${image} ${value}'`);
      relevant[row * classCount + column] = Number(value === '1');
      difficult[row * classCount + column] = Number(value === '0');
    }
  }
  return {relevant, classCount, difficult};
}

/** PASCAL VOC 2007 (Everingham et al., 2010): images in which several of twenty classes may be. */
export const voc2007: Layout = {
  title: 'PASCAL VOC 2007',
  folders: ['VOCdevkit/VOC2007', 'VOC2007'],
  marker: 'ImageSets/Main',
  remedy:
    'unpack VOCtrainval_06-Nov-2007.tar and VOCtest_06-Nov-2007.tar of http://host.robots.ox.ac.uk/pascal/VOC/voc2007/, ' +
    'which make VOCdevkit/VOC2007, and give the directory where both were unpacked',
  list: async files => {
    const part = async (name: string): Promise<ListedPart> => {
      const images = (await files.lines(`ImageSets/Main/${name}.txt`)).map(line => line.trim());
      return {images: images.map(image => `JPEGImages/${image}.jpg`), matrix: await matrixOf(files, name, images)};
    };
    return {
      root: files.root,
      classNames,
      train: await part('train'),
      validation: await part('val'),
      test: await part('test'),
    };
  },
};
