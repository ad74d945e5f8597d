import {join} from 'node:path';
import {exists, isFile, listed} from './directories.js';
import {damageOf} from './read-record.js';
import {FILES} from './record.js';

/** Throws for what is not a checkpoint as it was written: a damaged one, a file, the folder of a run or of several. */
export async function refuseDamaged(directory: string): Promise<void> {
  const damage = await damageOf(directory);
  if (damage === undefined) return;
  if (await isFile(directory)) {
    throw new Error(
      `loadCheckpoint: expected the folder of a checkpoint as directory, got ${directory}, a file; give the folder, ` +
        'as step-00000500.',
    );
  }
  const inRun = join(directory, 'checkpoints');
  if ((await exists(inRun)) && !(await isFile(inRun)) && (await listed(inRun)).length > 0) {
    throw new Error(
      `loadCheckpoint: expected a checkpoint as directory, got ${directory}, the folder of a run; give ` +
        `latestCheckpoint('${inRun}').`,
    );
  }
  if (!(await exists(join(directory, FILES.record))) && (await listed(directory)).length > 0) {
    throw new Error(
      `loadCheckpoint: expected a checkpoint, got ${directory}, a folder of checkpoints; give ` +
        `latestCheckpoint('${directory}').`,
    );
  }
  throw new Error(
    `loadCheckpoint: expected a checkpoint as it was written, got ${directory} (${damage}); give another, for ` +
      'example that of latestCheckpoint.',
  );
}
