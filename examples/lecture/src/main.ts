/**
 * The claims of the lecture once more, in small: experiments as data, run where they were left, and the pages that tell
 * what came of them drawn from the results alone.
 */
import {alone, fail, parseFlags, readCells} from '@contrastive/example';
import type {Cell} from './cells.js';
import {claims, everything} from './claims/index.js';
import {inLanguage, type Claim} from './experiment.js';
import {cellsPath, knownOf} from './known.js';
import {draw, placesOf, type Places} from './places.js';
import {planOf} from './plan.js';
import {quickly} from './quick.js';

/** The claims that are asked for. */
function chosen(all: readonly Claim[], names: readonly string[] | undefined): readonly Claim[] {
  if (names === undefined) return all;
  return [...new Set(names.flatMap(name => name.split(',')))].map(name => {
    const found = all.find(claim => claim.name === name);
    if (found) return found;
    const known = all.map(claim => claim.name).join(', ');
    throw new RangeError(
      `lecture: expected claims among ${known} as --claim, got ${name}; give one, or several with commas.`,
    );
  });
}

/** Throws for flags of which one would be passed over. */
function checkTogether({list, draw: drawn, out, quick}: Readonly<Partial<Record<string, unknown>>>): void {
  const refuse = (one: string, other: string, reason: string): never => {
    throw new RangeError(`lecture: expected ${one} without ${other}, got both; ${reason}.`);
  };
  if (list && drawn) refuse('--list', '--draw', 'give one of them: neither runs anything');
  if (drawn && out !== undefined && !quick)
    refuse('--draw', '--out', 'it draws from the results of the repository; leave --out away, or add --quick');
}

/** Says what the claims are, and what is left to do. */
function list(all: readonly Claim[], asked: readonly Claim[], places: Places): void {
  for (const {name, title, varies} of asked)
    console.log(`${name}: ${inLanguage(title, 'en')}\n  ${inLanguage(varies, 'en')}`);
  console.log('Left, by the time on two quiet cores:');
  const known = knownOf(all, places, readCells(cellsPath(places)) as readonly Cell[]);
  for (const line of planOf(asked, known, 1)) console.log(line);
}

async function main(): Promise<void> {
  const given = parseFlags('lecture', {
    claim: {type: 'string', multiple: true},
    out: {type: 'string'},
    list: {type: 'boolean'},
    draw: {type: 'boolean'},
    quick: {type: 'boolean'},
  });
  checkTogether(given);
  const {claim: names, out = 'runs/lecture', quick = false} = given;
  const all = quick ? everything.map(quickly) : everything;
  const places = placesOf(out, quick);
  const asked = chosen(all, names ?? (given.draw ? undefined : claims.map(({name}) => name)));
  if (given.list) {
    list(all, asked, places);
  } else if (given.draw) {
    await draw(all, places, asked);
    console.log(`lecture: drawn from ${places.results}, pages in ${places.pages}`);
  } else {
    const {runAll} = await import('./run-all.js'); // with all that trains, which the others need not load
    await alone('lecture', places.out, () => runAll(all, asked, places, quick));
  }
}

await main().catch(fail);
