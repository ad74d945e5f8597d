import {join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {openCells, untilStopped} from '@contrastive/example';
import type {Cell} from './cells.js';
import {secondsLeft, type Known} from './estimate.js';
import type {Claim} from './experiment.js';
import {cellsPath, knownOf, trainingsIn} from './known.js';
import {openPictures, setsOf, type Pictures} from './pictures.js';
import {checkPlaces, keep, type Places} from './places.js';
import {planOf} from './plan.js';
import {cellsIn, resultOf} from './results.js';
import {runClaim, type Running} from './run-claim.js';
import {slowness} from './slowness.js';
import {thisMachine} from './this-machine.js';

/** Opens what the claims that are not finished learn from and are judged by: what is not there is told now. */
async function openAll(claims: readonly Claim[], known: Known, pictures: Pictures): Promise<void> {
  const left = claims.filter(claim => secondsLeft([claim], known) > 0);
  for (const {set, size} of left.flatMap(setsOf)) await pictures.open(set, size);
}

/** How many times as long as on two quiet cores a step takes here. */
async function timed(pictures: Pictures): Promise<number> {
  const slow = await slowness(pictures);
  console.log(`a step takes ${slow.toFixed(2)} × what it does on two quiet cores`);
  return slow;
}

/** Runs claims one after the other, and keeps what came of each as soon as it has ended. */
export async function runAll(
  all: readonly Claim[],
  asked: readonly Claim[],
  places: Places,
  quick: boolean,
): Promise<void> {
  const backend = await useBackend();
  const names = asked.map(({name}) => name).join(', ');
  const note = quick ? '; quick: its figures mean nothing' : '';
  console.log(`lecture with ${backend.name} (${backend.device}): ${names}${note}`);
  checkPlaces(all, places);
  const file = openCells<Cell>(cellsPath(places));
  const known = knownOf(all, places, file.cells);
  const {store} = known;
  const pictures = openPictures(quick);
  await openAll(asked, known, pictures);
  const slow = quick || secondsLeft(asked, known) === 0 ? undefined : await timed(pictures);
  for (const line of planOf(asked, known, slow)) console.log(line);
  await untilStopped('lecture', places.out, async signal => {
    const running: Running = {
      ...{...known, pictures, signal, on: thisMachine(backend), folder: trainingsIn(places)},
      secondsLeft: () => slow && slow * secondsLeft(asked, known),
      onCell: cell => {
        file.add(cell);
        store.add(cell);
      },
    };
    for (const claim of asked) {
      for (const cell of cellsIn(places.results, all)) store.add(cell); // what others have finished meanwhile
      await runClaim(claim, running);
      // Of a training that another run has made too, what is in the results stays.
      const find = () => resultOf(claim, knownOf(all, places, file.cells).store, quick);
      const fresh = await keep({all, places, signal}, claim, find);
      const path = join(places.results, `${claim.name}.json`);
      const done = fresh
        ? `${path}, pages in ${places.pages}`
        : `nothing new; to train it again, move ${path} away and give another --out`;
      console.log(`${claim.name}: ${done}`);
    }
  });
}
