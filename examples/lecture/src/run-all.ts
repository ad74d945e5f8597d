import {availableParallelism, cpus} from 'node:os';
import {join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {openCells, untilStopped} from '@contrastive/example';
import * as tf from '@tensorflow/tfjs-core';
import {storeOf, type Cell, type Store} from './cells.js';
import {slowness} from './costs.js';
import type {Claim} from './experiment.js';
import {measuresOf, valueName} from './figures.js';
import {openPictures} from './pictures.js';
import {draw, type Places} from './places.js';
import {planOf} from './plan.js';
import {readResult, writeResult, type Result} from './results.js';
import {runClaim, type Running} from './run-claim.js';

/** All cells that are known: those of results, and those that this folder has besides. */
export function cellsOf(all: readonly Claim[], {results}: Places, own: readonly Cell[]): Store {
  const known = all.flatMap(({name}) => readResult(results, name)?.settings.flatMap(({cells}) => cells) ?? []);
  return storeOf([...known, ...own]);
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
export async function runAll(
  all: readonly Claim[],
  asked: readonly Claim[],
  places: Places,
  quick: boolean,
): Promise<void> {
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
  await untilStopped('lecture', places.out, async signal => {
    const running: Running = {
      ...{pictures, store, signal},
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
  });
}
