import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Features} from '@contrastive/linear-probe';
import {featureFiles, labelFiles} from './paint-features.js';
import type {ProbeSettings} from './probe-settings.js';

/** A file of 4-byte numbers, in memory of its own. */
async function read(directory: string, file: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(directory, file));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** The features that were painted into `directory`. */
export async function readFeatures(
  directory: string,
  part: keyof typeof featureFiles,
  {columns}: ProbeSettings,
): Promise<Features & {readonly labels: Int32Array}> {
  const data = new Float32Array(await read(directory, featureFiles[part]));
  const labels = new Int32Array(await read(directory, labelFiles[part]));
  return {data, rows: labels.length, columns, labels};
}
