import {fileURLToPath} from 'node:url';

/** The four files, by the names that the authors of the data set gave them. */
export type FileName =
  | 'train-images-idx3-ubyte.gz'
  | 'train-labels-idx1-ubyte.gz'
  | 't10k-images-idx3-ubyte.gz'
  | 't10k-labels-idx1-ubyte.gz';

/** SHA-256 of each bundled file, in hexadecimal. */
export const checksums: Readonly<Record<FileName, string>> = {
  'train-images-idx3-ubyte.gz': '8dc85d66d5b725c78951e131495e9f9d13a7f455e9ab7549c74cc63e52a0dde7',
  'train-labels-idx1-ubyte.gz': '6acfaee462451dbd4a17470d6b74ad290d84f88906fadeb3148b4b36251c969b',
  't10k-images-idx3-ubyte.gz': '7560c89242548e4a3568ed8b4fe038c00ef76c513ce985694b4afae2ce837b01',
  't10k-labels-idx1-ubyte.gz': 'fdd6af418f9de9ee474d076beac92186eef35a710b7a64fa370db11f2b783eb2',
};

/** The directory of the bundled files, as a path. */
export const directory: string = fileURLToPath(new URL('../files/', import.meta.url));

/** Where each bundled file lies. */
export const files: Readonly<Record<FileName, URL>> = {
  'train-images-idx3-ubyte.gz': new URL('../files/train-images-idx3-ubyte.gz', import.meta.url),
  'train-labels-idx1-ubyte.gz': new URL('../files/train-labels-idx1-ubyte.gz', import.meta.url),
  't10k-images-idx3-ubyte.gz': new URL('../files/t10k-images-idx3-ubyte.gz', import.meta.url),
  't10k-labels-idx1-ubyte.gz': new URL('../files/t10k-labels-idx1-ubyte.gz', import.meta.url),
};
