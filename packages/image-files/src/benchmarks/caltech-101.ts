import {shuffledByClass} from '@contrastive/data';
import type {Layout} from './benchmark.js';

/** Training images of each class. */
const TRAIN_EACH = 30;

/** Keeps this choice apart from others that use the same seed. */
const CALTECH_STREAM = 0xca17;

/**
 * Caltech-101 (Fei-Fei et al., 2004), which has no official split: 30 random training images of each class, the rest
 * for testing. The background class counts, so there are 102 (Kornblith et al., 2019, arXiv 1805.08974, table 1: 3,060
 * training and 6,084 test images).
 */
export const caltech101: Layout = {
  title: 'Caltech-101',
  folders: ['101_ObjectCategories', 'caltech-101/101_ObjectCategories', 'caltech101/101_ObjectCategories'],
  marker: 'BACKGROUND_Google',
  remedy:
    'unpack caltech-101.zip of https://data.caltech.edu/records/mzrjq-6wc02 and the 101_ObjectCategories.tar.gz in it, ' +
    'which makes 101_ObjectCategories, and give the directory where it was unpacked',
  list: async (files, seed) => {
    const classNames = (await files.names('.')).filter(name => !name.startsWith('.'));
    const images: string[] = [];
    const labels: number[] = [];
    for (const [label, name] of classNames.entries()) {
      const found = (await files.names(name)).filter(file => file.endsWith('.jpg'));
      if (found.length <= TRAIN_EACH)
        throw files.wrong(name, `more than ${TRAIN_EACH} images named .jpg`, String(found.length));
      images.push(...found.map(file => `${name}/${file}`));
      labels.push(...found.map(() => label));
    }
    const {members} = shuffledByClass(Int32Array.from(labels), seed, CALTECH_STREAM);
    const chosen = new Set(members.flatMap(list => Array.from(list.subarray(0, TRAIN_EACH))));
    const part = (taken: boolean) => {
      const indices = Array.from(images.keys()).filter(index => chosen.has(index) === taken);
      return {images: indices.map(index => images[index]), labels: indices.map(index => labels[index])};
    };
    return {root: files.root, classNames, train: part(true), test: part(false)};
  },
};
