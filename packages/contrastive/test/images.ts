import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {exportEncoder} from '@contrastive/weights/node';
import {recordPreparation} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import type {JsonRecord, Output} from '../src/output/output.js';

export {temporary} from '@contrastive/testing';

/** A number in [0, 1) that follows from others, but looks drawn. */
const drawn = (...key: readonly number[]): number => {
  const value = key.reduce((sum, one, i) => sum + one * (12.9898 + 65.317 * i), 1.7);
  const large = Math.sin(value) * 43758.5453;
  return large - Math.floor(large);
};

/** A picture of waves, others for each seed, as PNG. */
export async function picture(seed: number, width = 40, height = 36): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = 128;
        for (let wave = 0; wave < 3; wave++) {
          const [across, down, phase] = [0, 1, 2].map(which => drawn(seed, channel, wave, which));
          value += 40 * Math.sin(6.28 * ((2.5 * across * x) / width + (2.5 * down * y) / height + phase));
        }
        data[to++] = value;
      }
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
