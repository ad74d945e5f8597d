import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Preparation} from '@contrastive/augment';
import {writeDurably} from '@contrastive/internal/node';
import {exportEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {io} from '@tensorflow/tfjs-core';
import {scriptJson} from '../../escape/html.js';
import type {SiteModel} from '../site-data.js';

/** Bytes in a script: a browser reads it at once, and a host may refuse much larger files. */
const PART = 6 * 2 ** 20;

/** Writes a value as a script that gives it to the page. */
export const writeValue = async (folder: string, name: string, value: unknown): Promise<void> =>
  writeDurably(
    join(folder, `${name}.js`),
    `contrastiveSite(${scriptJson(name).markup},${scriptJson(value).markup});\n`,
  );

/** Writes bytes as scripts `name-0.js`, `name-1.js`, …; gives their number. */
export async function writeBytes(folder: string, name: string, bytes: Uint8Array): Promise<number> {
  const parts = Math.max(1, Math.ceil(bytes.length / PART));
  for (let part = 0; part < parts; part++) {
    const some = Buffer.from(bytes.subarray(part * PART, (part + 1) * PART));
    await writeValue(folder, `${name}-${part}`, some.toString('base64'));
  }
  return parts;
}

/** Writes an encoder as scripts, with how its images are prepared and nothing else that is known of it. */
export async function writeEncoder(
  folder: string,
  encoder: LayersModel,
  preparation: Preparation,
): Promise<{readonly weightBytes: number; readonly weightParts: number}> {
  const exported = join(folder, 'encoder');
  await exportEncoder(encoder, exported);
  const {modelTopology, weightsManifest} = JSON.parse(await readFile(join(exported, 'model.json'), 'utf8')) as {
    readonly modelTopology: object;
    readonly weightsManifest: io.WeightsManifestConfig;
  }; // as it was just written
  const weights = await readFile(join(exported, 'weights.bin'));
  await rm(exported, {recursive: true});
  const weightSpecs = weightsManifest.flatMap(group => group.weights);
  const model: SiteModel = {modelTopology, weightSpecs, preparation};
  await writeValue(folder, 'model', model);
  return {weightBytes: weights.length, weightParts: await writeBytes(folder, 'weights', weights)};
}
