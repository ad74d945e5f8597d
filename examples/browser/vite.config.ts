import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {files} from '@contrastive/fashion-mnist';
import {defineConfig, type Plugin} from 'vite';
import {SAMPLE} from './src/sample-format.js';

const unpack = promisify(gunzip);

/** The first training images of Fashion-MNIST as one file, then a byte for each class; see `sample-format.ts`. */
async function sampleBytes(): Promise<Uint8Array> {
  const images = await unpack(await readFile(files['train-images-idx3-ubyte.gz']));
  const labels = await unpack(await readFile(files['train-labels-idx1-ubyte.gz']));
  const {count, side} = SAMPLE;
  return Buffer.concat([images.subarray(16, 16 + count * side * side), labels.subarray(8, 8 + count)]); // after headers
}

/** Puts the sample beside the page, with its licence. */
const sample: Plugin = {
  name: 'sample',
  apply: 'build',
  async generateBundle() {
    const licence = new URL('../LICENSE-fashion-mnist', files['train-images-idx3-ubyte.gz']);
    this.emitFile({type: 'asset', fileName: SAMPLE.file, source: await sampleBytes()});
    this.emitFile({type: 'asset', fileName: SAMPLE.licence, source: await readFile(licence)});
  },
};

export default defineConfig({
  base: './', // so that the built page works at any address
  plugins: [sample],
  worker: {format: 'es'}, // backends are loaded where they are asked for
  build: {
    target: 'es2022',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500, // TensorFlow.js is large
    rolldownOptions: {checks: {pluginTimings: false}},
  },
});
