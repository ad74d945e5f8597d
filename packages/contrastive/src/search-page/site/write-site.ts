import {copyFile, readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Source} from '@contrastive/data';
import {replaceDirectory, writeDurably} from '@contrastive/internal/node';
import type {Indexed} from '../../data/feature-index.js';
import type {Data} from '../../data/open-data.js';
import type {OpenedEncoder} from '../../encoder/open-encoder.js';
import type {Output} from '../../output/output.js';
import {agreementOf, spread, type Agreement} from '../agreement.js';
import {bundlePath} from '../bundles.js';
import {namesOf} from '../finder.js';
import {quantise} from '../quantised.js';
import {sitePage} from '../shell.js';
import type {SiteData} from '../site-data.js';
import {checkSite} from './check-site.js';
import {writeBytes, writeEncoder, writeValue} from './write-scripts.js';
import {writeSheets} from './write-sheets.js';

/** What a site is made of. */
export interface SiteParts {
  readonly opened: OpenedEncoder;
  readonly bank: Indexed;
  readonly data: Data<Source>;
  /** Images that it finds. */
  readonly k: number;
  /** What the images, and the encoder, are called. */
  readonly title: string;
  readonly encoder: string;
}

/** What a site came to. */
interface SiteFacts {
  readonly files: number;
  readonly bytes: number;
  readonly weightBytes: number;
  readonly agreement: Agreement;
}

/** Images to begin with, and bytes of the largest image that is taken. */
const [COVER, MOST_BYTES] = [24, 50_000_000];

/**
 * Writes a folder that searches in a browser, from any server of files or from disk; it is there whole or not at all.
 *
 * @param where What messages begin with.
 * @param overwrite Whether a site that is there is replaced.
 * @throws UsageError when something else is there; Error when it cannot be written.
 */
export async function writeSite(
  where: string,
  folder: string,
  {opened, bank, data, k, title, encoder}: SiteParts,
  overwrite: boolean,
  output: Output,
): Promise<SiteFacts> {
  const {source} = data;
  const rounded = quantise(bank);
  const agreement = await agreementOf(bank, rounded);
  const cover = spread(bank.rows, COVER);
  const nameOf = namesOf(data, bank);
  const progress = output.progress({about: 'Drawing thumbnails', total: bank.rows, unit: 'images'});
  let facts = {files: 0, bytes: 0, weightBytes: 0};
  const write = async (fresh: string): Promise<void> => {
    const sheets = await writeSheets(fresh, source, bank.indices, cover, done => {
      progress.update(done);
    });
    const bytes = new Uint8Array(rounded.data.buffer);
    const value: SiteData = {
      ...{title, images: bank.rows, encoder, mostBytes: MOST_BYTES, k, cover, sheets, columns: bank.columns},
      names: Array.from({length: bank.rows}, (_, image) => nameOf(image)),
      featureParts: await writeBytes(fresh, 'features', bytes),
      ...(await writeEncoder(fresh, opened.encoder, opened.preparation)),
    };
    await writeValue(fresh, 'about', value);
    await writeBytes(fresh, 'wasm', await readFile(bundlePath('tfjs-backend-wasm-simd.wasm')));
    for (const name of ['site.js', 'encoder.js'] as const) await copyFile(bundlePath(name), join(fresh, name));
    await writeDurably(join(fresh, 'index.html'), sitePage(title));
    const names = await readdir(fresh);
    const sizes = await Promise.all(names.map(async name => (await stat(join(fresh, name))).size));
    const {weightBytes} = value;
    facts = {files: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0), weightBytes};
    await checkSite(where, folder, overwrite); // it was free long ago
  };
  try {
    await replaceDirectory(folder, write);
  } finally {
    progress.stop();
  }
  return {...facts, agreement};
}
