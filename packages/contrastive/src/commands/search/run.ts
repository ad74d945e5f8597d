import {statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {imageFiles} from '@contrastive/image-files';
import {extractFeatures, type Features} from '@contrastive/linear-probe';
import {indexFolder, openIndex, type Indexed} from '../../data/feature-index.js';
import {readPlaces} from '../../data/kept-places.js';
import {checkChannels, checkData, openIndexed, type Data} from '../../data/open-data.js';
import {thumbnails} from '../../data/thumbnails.js';
import {checkEncoder, openEncoder, type OpenedEncoder} from '../../encoder/open-encoder.js';
import {html} from '../../escape/html.js';
import {printable} from '../../escape/terminal.js';
import {checkFile} from '../../output/check-file.js';
import {startBackend} from '../../output/compute.js';
import {fromHere} from '../../output/from-here.js';
import {table} from '../../output/table.js';
import {tellBad} from '../../output/tell-bad.js';
import {bytes, counted, percent} from '../../output/words.js';
import {pictured, shownName, urlOf} from '../../plain-page/links.js';
import {cards, page, type Card} from '../../plain-page/page.js';
import type {Output} from '../../output/output.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {writeWhole} from '../../run/run-folder.js';
import {titleOf} from '../../search-page/finder.js';
import {checkSite} from '../../search-page/site/check-site.js';
import {writeSite} from '../../search-page/site/write-site.js';
import {medianSimilarity, tellAlike} from './alike.js';
import {find, type Found} from './find.js';
import type {settings} from './index.js';

const where = 'contrastive search';

/** The features of the images to search for. */
async function readQueries({encoder}: OpenedEncoder, queries: Source): Promise<Features> {
  try {
    const features = await extractFeatures(encoder, queries);
    if (features.rows === queries.length) return features;
  } catch (error) {
    if (queries.bad.length === 0) throw error;
  }
  const [{path, reason}] = queries.bad;
  throw new UsageError(`${where}: expected images that can be read as --query, got ${path} (${reason}); give others.`);
}

/** A page of all that was found among so many images that could be read. */
async function draw(found: readonly Found[], queries: Source, data: Data<Source>, images: number): Promise<string> {
  const {source, files} = data;
  const pictures = await thumbnails(
    source,
    found.flatMap(({hits}) => hits.map(({index}) => index)),
  );
  const asked = await thumbnails(queries, [...found.keys()]);
  const sections = found.map(({query, hits}, i) => {
    const first: Card = {
      name: basename(query),
      about: 'searched for',
      marked: true,
      ...pictured(asked, i),
      ...urlOf(query, true),
    };
    const others = hits.map(({index, name, similarity}): Card => {
      const about = `similarity ${similarity.toFixed(3)}`;
      return {name: shownName(name, data), about, ...pictured(pictures, index), ...urlOf(name, files)};
    });
    return html`<section>
      <h2>${query}</h2>
      ${cards([first, ...others])}
    </section>`;
  });
  const about = `The nearest of ${counted(images, 'image')}, by the cosine of their features.`;
  return page(
    'Similar images',
    html`<h1>Similar images</h1>
      <p class="dim">${about}</p>
      ${sections}`,
  );
}

/** Throws unless files lie where the user says that images to search for are. */
function checkQueries(query: readonly string[]): void {
  for (const path of query) {
    const what = statSync(path, {throwIfNoEntry: false});
    if (what?.isFile()) continue;
    throw new UsageError(
      what === undefined
        ? `${where}: expected images to search for as --query, got ${path}, which is not there; check the path.`
        : `${where}: expected images to search for as --query, got ` +
            (what.isDirectory() ? `the folder ${path}; give images in it.` : `${path}, which is no regular file.`),
    );
  }
}

/** Throws unless it is said what to do, and it can be done there. */
async function checkTold({query, out, site, overwrite = false}: Values<typeof settings>): Promise<void> {
  if (query === undefined && site === undefined) {
    throw new UsageError(
      `${where}: expected images to search for as --query, got none; give one, or --site DIR for a page that searches.`,
    );
  }
  if (out !== undefined) {
    if (query === undefined)
      throw new UsageError(`${where}: expected --query beside --out, got none; give one, or leave --out out.`);
    if (!/\.html?$/i.test(out))
      throw new UsageError(`${where}: expected a file that ends in .html as --out, got ${out}; rename it.`);
    await checkFile(where, out, overwrite);
  }
  if (site !== undefined) await checkSite(where, site, overwrite);
}

/** Says what was found for each query, and draws it where that is asked for. */
async function answer(
  {query = [], k = 10, out}: Values<typeof settings>,
  opened: OpenedEncoder,
  open: () => Promise<{readonly bank: Indexed; readonly data: Data<Source>}>,
  output: Output,
): Promise<void> {
  const queries = await imageFiles(query, {channels: opened.preparation.channels, workers: 0});
  const asked = await readQueries(opened, queries);
  const {bank, data} = await open();
  const found = await find(bank, asked, data, query, k);
  for (const {query: path, hits} of found) {
    output.record({event: 'found', query: path, hits: hits.map(({name, similarity}) => ({path: name, similarity}))});
    const rows = hits.map(({name, similarity}, i) => [i + 1, similarity.toFixed(4), fromHere(name)]);
    output.say(`\n${printable(path)}\n${table(['', 'similarity', 'image'], rows)}`);
  }
  const median = medianSimilarity(bank);
  const remark = tellAlike(median);
  if (remark !== undefined) output.say(`\n${remark}`);
  if (out === undefined) return;
  await writeWhole(out, await draw(found, queries, data, bank.rows));
  output.say(`\nTo look at: ${printable(out)}`);
}

/** Writes a folder that searches, and says what it came to. */
async function writeFolder(
  {run, k = 12, overwrite = false}: Values<typeof settings>,
  site: string,
  opened: OpenedEncoder,
  {bank, data}: {readonly bank: Indexed; readonly data: Data<Source>},
  output: Output,
): Promise<void> {
  const parts = {opened, bank, data, k, title: titleOf(data.spec), encoder: titleOf(run)};
  const {agreement, ...size} = await writeSite(where, site, parts, overwrite, output);
  output.record({event: 'site', folder: site, images: bank.rows, ...size, agreement});
  const {share, neighbours, images} = agreement;
  output.say(
    `\nA page that searches ${counted(bank.rows, 'image')}: ${printable(join(site, 'index.html'))}\n` +
      `It opens from disk, and from any server of files (${counted(size.files, 'file')}, ${bytes(size.bytes)}). ` +
      `Features are rounded to bytes: of the ${neighbours} nearest to ${counted(images, 'image')}, ` +
      `${percent(share)} stay among them.`,
  );
}

/** Finds the images that are most like others. */
export async function search(told: Values<typeof settings>, {output}: Context): Promise<void> {
  await checkTold(told);
  const {run, data: spec, query, site, index, workers} = told;
  checkEncoder(where, run);
  checkData(where, spec);
  checkQueries(query ?? []);
  await startBackend(told.backend, output);
  const opened = await openEncoder(where, run);
  const {channels} = opened.preparation;
  const sources: Source[] = [];
  /** The images and their features, opened when queries are known to be readable. */
  const open = async (): Promise<{readonly bank: Indexed; readonly data: Data<Source>}> => {
    const places = await readPlaces(indexFolder(run, resolve(spec), channels, index));
    const data = await openIndexed(where, spec, {channels, ...places, ...(workers !== undefined && {workers})});
    sources.push(data.source);
    checkChannels(where, data, channels);
    const bank = await openIndex(indexFolder(run, data.spec, channels, index), opened, data, output);
    tellBad(data.source.bad, output);
    return {bank, data};
  };
  let opening: ReturnType<typeof open> | undefined;
  const openOnce = (): ReturnType<typeof open> => (opening ??= open());
  try {
    if (query !== undefined) await answer(told, opened, openOnce, output);
    if (site !== undefined) await writeFolder(told, site, opened, await openOnce(), output);
  } finally {
    for (const source of sources) await source.close();
    opened.encoder.dispose();
  }
}
