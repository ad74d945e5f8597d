/**
 * The claims of the lecture once more, in small: experiments as data, run where they were left, and the pages that tell
 * what came of them drawn from the results alone.
 */
import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {availableParallelism, cpus} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {useBackend} from '@contrastive/backend';
import {alone, fail, listen, openCells, parseFlags} from '@contrastive/example';
import * as tf from '@tensorflow/tfjs-core';
import {storeOf, type Cell, type Store} from './cells.js';
import {claims, everything} from './claims/index.js';
import {slowness} from './costs.js';
import {picturesOf} from './draw/picture.js';
import {inLanguage, type Claim} from './experiment.js';
import {measuresOf, valueName} from './figures.js';
import {figuresIn, fillPage, type Told} from './page.js';
import {openPictures} from './pictures.js';
import {planOf} from './plan.js';
import {quickly} from './quick.js';
import {isOf, readResult, writeResult, type Result} from './results.js';
import {runClaim, type Running} from './run-claim.js';

/** The repository's own results and pages. */
const example = fileURLToPath(new URL('..', import.meta.url));
const docs = join(example, '..', '..', 'docs');

/** Where a run reads and writes. */
interface Places {
  /** Trainings and finished cells. */
  readonly out: string;
  /** A JSON for each claim that came to its end. */
  readonly results: string;
  /** The pages, with a folder of pictures beside them. */
  readonly pages: string;
}

/** A quick run leaves the repository's results and pages alone. */
const placesOf = (out: string, quick: boolean): Places =>
  quick
    ? {out: join(out, 'quick'), results: join(out, 'quick', 'results'), pages: join(out, 'quick')}
    : {out, results: join(example, 'results'), pages: docs};

/** The claims with their results, as far as these are of the present settings. */
function toldOf(all: readonly Claim[], {results}: Places): readonly Told[] {
  return all.map(claim => {
    const result = readResult(results, claim.name);
    return {claim, ...(result && isOf(result, claim) && {result})};
  });
}

/** Writes a file whole or not at all. */
function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), {recursive: true});
  const part = join(dirname(path), `.${basename(path)}.part`);
  writeFileSync(part, content);
  renameSync(part, path);
}

/** Draws pages and pictures of what there is; the texts around are the repository's. */
async function draw(all: readonly Claim[], places: Places, drawn = all): Promise<void> {
  const told = toldOf(all, places);
  for (const {claim, result} of told) {
    if (result === undefined || !drawn.includes(claim)) continue;
    for (const {name, bytes} of await picturesOf(claim, figuresIn(claim, result)))
      write(join(places.pages, 'lecture', name), bytes);
  }
  for (const [name, language] of [['lecture.md', 'en'] as const, ['lecture.ru.md', 'ru'] as const])
    write(join(places.pages, name), fillPage(readFileSync(join(docs, name), 'utf8'), told, language));
}

/** All cells that are known: those of results, and those that this folder has besides. */
function cellsOf(all: readonly Claim[], {results}: Places, own: readonly Cell[]): Store {
  const known = all.flatMap(({name}) => readResult(results, name)?.settings.flatMap(({cells}) => cells) ?? []);
  return storeOf([...known, ...own]);
}

/** The claims that are asked for. */
function chosen(all: readonly Claim[], names: string | undefined): readonly Claim[] {
  if (names === undefined) return all;
  return names.split(',').map(name => {
    const found = all.find(claim => claim.name === name);
    if (found) return found;
    const known = all.map(claim => claim.name).join(', ');
    throw new RangeError(
      `lecture: expected claims among ${known} as --claim, got ${name}; give one, or several with commas.`,
    );
  });
}

/** A claim's result: its cells, of which only its own measures stay. */
function resultOf(
  claim: Claim,
  cells: ReadonlyMap<string, readonly Cell[]>,
  about: Omit<Result, 'claim' | 'settings'>,
): Result {
  return {
    claim: claim.name,
    ...about,
    settings: claim.settings.map(setting => {
      const names = new Set(measuresOf(claim, setting).map(measure => valueName(claim, measure)));
      const own = (cell: Cell): Cell => ({
        ...cell,
        values: Object.fromEntries(Object.entries(cell.values).filter(([name]) => names.has(name))),
      });
      return {id: setting.id, training: setting.training, cells: (cells.get(setting.id) ?? []).map(own)};
    }),
  };
}

/** Runs claims one after the other, and keeps what came of each as soon as it has ended. */
async function runAll(all: readonly Claim[], asked: readonly Claim[], places: Places, quick: boolean): Promise<void> {
  const backend = await useBackend();
  const file = openCells<Cell>(join(places.out, 'cells.jsonl'));
  const store = cellsOf(all, places, file.cells);
  const pictures = openPictures(quick);
  const slow = quick ? 1 : await slowness(pictures);
  const said = quick
    ? 'quick: its figures mean nothing'
    : `a step takes ${slow.toFixed(2)} × what it does on two quiet cores`;
  console.log(`lecture with ${backend.name} (${backend.device}), ${said}`);
  for (const line of planOf(asked, store, slow)) console.log(line);
  const about = {
    quick,
    versions: {
      'Node.js': process.versions.node,
      'TensorFlow.js': tf.version_core,
      [backend.name]: backend.version,
      processor: `${cpus()[0]?.model ?? 'unknown'} × ${availableParallelism()}`,
    },
  };
  const stop = listen('lecture', places.out);
  try {
    const running: Running = {
      ...{pictures, store, signal: stop.signal},
      folder: join(places.out, 'trainings'),
      onCell: cell => {
        file.add(cell);
        store.add(cell);
      },
    };
    for (const claim of asked) {
      writeResult(places.results, resultOf(claim, await runClaim(claim, running), about));
      await draw(all, places, [claim]);
      console.log(`${claim.name}: ${join(places.results, `${claim.name}.json`)}, pages in ${places.pages}`);
    }
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    stop.end();
  }
}

async function main(): Promise<void> {
  const flags = {
    claim: {type: 'string'},
    out: {type: 'string'},
    list: {type: 'boolean'},
    draw: {type: 'boolean'},
    quick: {type: 'boolean'},
  } as const;
  const {
    claim: names,
    out = 'runs/lecture',
    list = false,
    draw: drawOnly = false,
    quick = false,
  } = parseFlags('lecture', flags);
  const all = quick ? everything.map(quickly) : everything;
  const asked = chosen(all, names ?? claims.map(({name}) => name).join());
  const places = placesOf(out, quick);
  if (list) {
    for (const {name, title, varies} of asked)
      console.log(`${name}: ${inLanguage(title, 'en')}\n  ${inLanguage(varies, 'en')}`);
    for (const line of planOf(asked, cellsOf(all, places, []), 1)) console.log(line);
    return;
  }
  if (drawOnly) {
    await draw(all, places);
    return;
  }
  await alone('lecture', places.out, () => runAll(all, asked, places, quick));
}

await main().catch(fail);
