import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createRandom} from '@contrastive/augment';
import {standardise, type Features} from '@contrastive/linear-probe';
import type {ProbeSettings} from './probe-settings.js';

/** Where features and labels lie, `[rows, columns]` float32 and `[rows]` int32: those to learn from, and the others. */
export const featureFiles = {train: 'train.bin', judged: 'judged.bin'} as const;
export const labelFiles = {train: 'train-labels.bin', judged: 'judged-labels.bin'} as const;

/** Numbers behind a row's features, which are fewer than these: as in a network, whose features go together. */
const latent = 64;
/** Noise of each feature by itself, a uniform number of this range. */
const grain = 1;

/**
 * Features like those of a network's last layer: clouds of points in few dimensions, one a class, mapped to many at
 * random, without what is negative.
 */
function draw(settings: ProbeSettings, rows: number, stream: number): Features & {readonly labels: Int32Array} {
  const {columns, classes, distance} = settings;
  const fixed = createRandom(1, 0);
  const normals = (length: number, scale: number) => Float64Array.from({length}, () => scale * fixed.normal());
  // Two points of √latent · scale each lie √(2 · latent) · scale apart.
  const centres = normals(classes * latent, distance / Math.sqrt(2 * latent));
  const mixing = normals(latent * columns, 1 / Math.sqrt(latent)); // [latent, columns]
  const random = createRandom(1, stream);
  const labels = Int32Array.from({length: rows}, (_, i) => i % classes);
  const data = new Float32Array(rows * columns);
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) sums[j] = random.uniform(-grain, grain);
    for (let l = 0; l < latent; l++) {
      const value = centres[labels[i] * latent + l] + random.normal();
      for (let j = 0; j < columns; j++) sums[j] += value * mixing[l * columns + j];
    }
    for (let j = 0; j < columns; j++) data[i * columns + j] = Math.max(sums[j], 0);
  }
  return {data, rows, columns, labels};
}

/** Writes the features that contestants read into `directory`. */
export async function paintFeatures(directory: string, settings: ProbeSettings): Promise<void> {
  const [train, judged] = [draw(settings, settings.rows, 1), draw(settings, settings.judged, 2)];
  const scale = settings.standardised ? standardise(train) : undefined;
  for (const [name, features] of Object.entries({train, judged}) as ['train' | 'judged', typeof train][]) {
    await writeFile(join(directory, featureFiles[name]), scale ? scale.apply(features).data : features.data);
    await writeFile(join(directory, labelFiles[name]), features.labels);
  }
}
