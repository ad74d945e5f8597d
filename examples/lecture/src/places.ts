import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {inTurn} from '@contrastive/example';
import {picturesOf} from './draw/picture.js';
import type {Claim} from './experiment.js';
import {figuresIn, fillPage, type Told} from './page.js';
import {isOf, isWritten, readResult, writeResult, type Result} from './results.js';
import {writeWhole} from './write-whole.js';

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

/** The claims with their results, as far as these are of the present settings; a fresh one is not in its file yet. */
function toldOf(all: readonly Claim[], {results}: Places, fresh?: Result): readonly Told[] {
  return all.map(claim => {
    const result = fresh?.claim === claim.name ? fresh : readResult(results, claim.name);
    return {claim, ...(result && isOf(result, claim) && {result})};
  });
}

/** The pages with what is told between their marks; the texts around are the repository's. */
const pagesOf = (told: readonly Told[]) =>
  [['lecture.md', 'en'] as const, ['lecture.ru.md', 'ru'] as const].map(([name, language]) => ({
    name,
    text: fillPage(readFileSync(join(docs, name), 'utf8'), told, language),
  }));

/** Draws both pages, and pictures of some claims. */
async function drawNow(told: readonly Told[], {pages}: Places, drawn: readonly Claim[]): Promise<void> {
  for (const {claim, result} of told) {
    if (result === undefined || !drawn.includes(claim)) continue;
    for (const {name, bytes} of await picturesOf(claim, figuresIn(claim, result)))
      writeWhole(join(pages, 'lecture', name), bytes);
  }
  for (const {name, text} of pagesOf(told)) writeWhole(join(pages, name), text);
}

/** Draws both pages, and pictures of some claims, of the results that there are. */
export const draw = (all: readonly Claim[], places: Places, drawn: readonly Claim[]): Promise<void> =>
  inTurn('lecture', places.results, () => drawNow(toldOf(all, places), places, drawn));

/**
 * Writes what came of a claim, and draws it, unless all of it is there already. Other runs, of other claims, write to
 * the same places: each in its turn.
 *
 * @param run `signal` ends the wait for other runs.
 * @param find Gives the result once it is this run's turn.
 * @returns Whether there was something new.
 */
export const keep = (
  run: {readonly all: readonly Claim[]; readonly places: Places; readonly signal?: AbortSignal},
  claim: Claim,
  find: () => Result,
): Promise<boolean> => {
  const {all, places, signal} = run;
  const work = async (): Promise<boolean> => {
    const result = find();
    if (isWritten(places.results, result)) return false;
    await drawNow(toldOf(all, places, result), places, [claim]);
    writeResult(places.results, result); // last: what is not drawn counts as new
    return true;
  };
  return inTurn('lecture', places.results, work, signal);
};

/**
 * Finds out now, not after hours, whether results can be read, and written with their pages.
 *
 * @throws Error that names what is wrong.
 */
export function checkPlaces(all: readonly Claim[], places: Places): void {
  pagesOf(toldOf(all, places));
  for (const folder of [places.results, places.pages, join(places.pages, 'lecture')]) {
    const probe = join(folder, `.probe-${process.pid}`);
    try {
      writeWhole(probe, '');
      rmSync(probe);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `lecture: expected to write results and pages to ${folder}, got ${reason}; make it a folder that you may ` +
          'write to, with room on its disk.',
        {cause},
      );
    }
  }
}
