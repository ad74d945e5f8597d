import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Source} from '@contrastive/data';
import {openIndex, type Indexed} from '../../src/data/feature-index.js';
import {openIndexed, type Data} from '../../src/data/open-data.js';
import {openEncoder, type OpenedEncoder} from '../../src/encoder/open-encoder.js';
import {encoderIn, photos, picture, recorded} from '../images.js';

/** Names of files that a page could be fooled by. */
export const nasty = [
  '"><img src=x onerror="document.hacked=1">.png',
  'line\nbreak.png',
  '\u202egnp.png',
  '🐈 & <b>.png',
];

/** Folders and images to search, opened. */
export interface Gallery {
  readonly root: string;
  readonly folder: string;
  /** Where the encoder is. */
  readonly run: string;
  readonly opened: OpenedEncoder;
  readonly data: Data<Source>;
  readonly bank: Indexed;
  /** Where the features are kept. */
  readonly index: string;
  /** Closes and removes all of it. */
  close(): Promise<void>;
}

/** Forty pictures, some with names that inject, beside a drawing (SVG) that no search may show. */
export async function makeGallery(): Promise<Gallery> {
  const root = mkdtempSync(join(tmpdir(), 'gallery-'));
  const folder = await photos(join(root, 'photos'), 36);
  for (const [i, name] of nasty.entries()) writeFileSync(join(folder, 'a', name), await picture(100 + i));
  writeFileSync(join(folder, 'a', 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
  const run = await encoderIn(join(root, 'encoder'));
  const opened = await openEncoder('test', run);
  const data = await openIndexed('test', folder, {workers: 0});
  const index = join(root, 'index');
  const bank = await openIndex(index, opened, data, recorded().output);
  return {
    ...{root, folder, run, opened, data, bank, index},
    async close() {
      await data.source.close();
      opened.encoder.dispose();
      rmSync(root, {recursive: true});
    },
  };
}
