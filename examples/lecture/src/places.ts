import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {picturesOf} from './draw/picture.js';
import type {Claim} from './experiment.js';
import {figuresIn, fillPage, type Told} from './page.js';
import {isOf, readResult} from './results.js';

/** The repository's own results and pages. */
const example = fileURLToPath(new URL('..', import.meta.url));
const docs = join(example, '..', '..', 'docs');

/** Where a run reads and writes. */
export interface Places {
  /** Trainings and finished cells. */
  readonly out: string;
  /** A JSON for each claim that came to its end. */
  readonly results: string;
  /** The pages, with a folder of pictures beside them. */
  readonly pages: string;
}

/** A quick run leaves the repository's results and pages alone. */
export const placesOf = (out: string, quick: boolean): Places =>
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
export async function draw(all: readonly Claim[], places: Places, drawn = all): Promise<void> {
  const told = toldOf(all, places);
  for (const {claim, result} of told) {
    if (result === undefined || !drawn.includes(claim)) continue;
    for (const {name, bytes} of await picturesOf(claim, figuresIn(claim, result)))
      write(join(places.pages, 'lecture', name), bytes);
  }
  for (const [name, language] of [['lecture.md', 'en'] as const, ['lecture.ru.md', 'ru'] as const])
    write(join(places.pages, name), fillPage(readFileSync(join(docs, name), 'utf8'), told, language));
}
