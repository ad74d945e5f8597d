import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {exportEncoder} from '@contrastive/weights/node';
import {recordPreparation} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import {onTestFinished} from 'vitest';
import type {JsonRecord, Output} from '../src/output/output.js';

/** A folder that is gone when the test has ended. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'contrastive-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true, force: true});
  });
  return folder;
}

/** A picture of blocks, another for each seed, as PNG. */
export async function picture(seed: number, width = 40, height = 36): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = Math.floor((8 * x) / width) + 8 * Math.floor((8 * y) / height);
      for (let channel = 0; channel < 3; channel++)
        data[to++] = 128 + 110 * Math.sin(12.9898 * (block + 1) * (seed + 1) + 78.233 * channel);
    }
  }
  return sharp(data, {raw: {width, height, channels: 3}})
    .png()
    .toBuffer();
}

/** A folder with pictures of two classes, `a` and `b`. */
export async function photos(folder: string, count: number): Promise<string> {
  for (let i = 0; i < count; i++) {
    const path = join(folder, i % 2 === 0 ? 'a' : 'b', `${String(i).padStart(2, '0')}.png`);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, await picture(i));
  }
  return folder;
}

/** A small encoder on disk: a random projection of the pixels of small images, `[n, 32, 32, 3]` to `[n, 64]`. */
export async function encoderIn(folder: string, seed = 1): Promise<string> {
  const kernelInitializer = tfl.initializers.glorotNormal({seed});
  const encoder = tfl.sequential({
    layers: [
      tfl.layers.averagePooling2d({poolSize: 4, inputShape: [32, 32, 3]}),
      tfl.layers.flatten(),
      tfl.layers.dense({units: 64, useBias: false, kernelInitializer}),
    ],
  });
  recordPreparation('test', encoder, {channels: 3, size: 32});
  await exportEncoder(encoder, folder, {overwrite: true});
  encoder.dispose();
  return folder;
}

/** An output that keeps what it is given. */
export function recorded(): {readonly output: Output; readonly said: string[]; readonly records: JsonRecord[]} {
  const said: string[] = [];
  const records: JsonRecord[] = [];
  const output: Output = {
    json: false,
    say: text => said.push(text),
    note: text => said.push(text),
    record: record => records.push(record),
    error: () => undefined,
    progress: () => ({update: () => undefined, stop: () => undefined}),
  };
  return {output, said, records};
}
