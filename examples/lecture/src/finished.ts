import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {folderOf} from './cells.js';
import type {Training} from './experiment.js';
import {stepsOf} from './training-seconds.js';

/** Whether a folder of trainings has the last checkpoint of one. */
export function isFinished(folder: string, training: Training, seed: number): boolean {
  if (training.method === 'untrained') return true;
  const last = `step-${String(stepsOf(training)).padStart(8, '0')}`;
  return existsSync(join(folderOf(folder, training, seed), 'checkpoints', last));
}
