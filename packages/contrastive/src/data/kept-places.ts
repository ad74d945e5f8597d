import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeWhole} from '../run/run-folder.js';

const PLACES = 'shards.json';

/**
 * Where the images of shards lie, as an option of `openIndexed`, by what was kept beside their features; no option
 * where nothing was. `shardImages` looks for them again where it does not fit.
 */
export async function readPlaces(folder: string): Promise<{readonly places?: string}> {
  try {
    return {places: await readFile(join(folder, PLACES), 'utf8')};
  } catch {
    return {};
  }
}

/** Keeps where the images of shards lie. */
export const writePlaces = async (folder: string, places: string): Promise<void> =>
  writeWhole(join(folder, PLACES), places);
