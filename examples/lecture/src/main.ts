/**
 * The claims of the lecture once more, in small: experiments as data, run where they were left, and the pages that tell
 * what came of them drawn from the results alone.
 */
import {alone, fail, parseFlags} from '@contrastive/example';
import {claims, everything} from './claims/index.js';
import {inLanguage, type Claim} from './experiment.js';
import {draw, placesOf} from './places.js';
import {planOf} from './plan.js';
import {quickly} from './quick.js';
import {cellsOf, runAll} from './run-all.js';

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
