import '@tensorflow/tfjs';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {loadLayersModel} from '@tensorflow/tfjs-layers';
import {fromImages} from '@contrastive/data';
import {extractFeatures} from '@contrastive/linear-probe';
import type {SiteModel} from '../site-data.js';
import {pixelsOf} from './pixels.js';

/** What an encoder in a page is made of. */
interface EncoderParts {
  readonly model: SiteModel;
  readonly weights: ArrayBuffer;
  /** The compiled code of the backend wasm, where that is needed. */
  readonly wasm: () => Promise<Uint8Array<ArrayBuffer>>;
  /** `webgl` or `wasm`, where one is asked for. */
  readonly backend?: string;
}

/** An encoder in a page. */
export interface PageEncoder {
  /** Where it computes. */
  readonly backend: string;
  /** The features of an image, by what the command does too. */
  readonly features: (file: Blob) => Promise<Float32Array>;
}

/** Makes opening encoders known to the page that loads this script. */
export type OpenEncoder = (parts: EncoderParts) => Promise<PageEncoder>;

/** Starts a backend; false where this browser has it not. */
async function starts(name: string, wasm: EncoderParts['wasm']): Promise<boolean> {
  if (name !== 'wasm') {
    // Half the digits would find other neighbours.
    return (await tf.setBackend(name)) && tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
  }
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) return false;
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // one file serves every browser
  const url = URL.createObjectURL(new Blob([await wasm()], {type: 'application/wasm'}));
  const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
  setWasmPaths(Object.fromEntries(names.map(one => [one, url])));
  return tf.setBackend('wasm');
}

/** Opens the encoder on the first backend that starts. */
const openEncoder: OpenEncoder = async ({model, weights, wasm, backend}) => {
  const names = backend === undefined ? ['webgl', 'wasm'] : [backend];
  let started: string | undefined;
  for (const name of names) if (started === undefined && (await starts(name, wasm))) started = name;
  if (started === undefined)
    throw new Error(`This browser has no ${names.join(' and no ')} to compute with; take a newer one.`);
  const {modelTopology, weightSpecs, preparation} = model;
  const encoder = await loadLayersModel(
    tf.io.fromMemory({modelTopology, weightSpecs, weightData: weights, userDefinedMetadata: {preparation}}),
  );
  const {channels} = preparation;
  return {
    backend: started,
    features: async file => {
      const pixels = await pixelsOf(file, channels);
      return (await extractFeatures(encoder, fromImages({length: 1, channels, pixels: () => pixels}))).data;
    },
  };
};

(globalThis as {contrastiveSite?: (name: string, value: OpenEncoder) => void}).contrastiveSite?.(
  'encoder',
  openEncoder,
);
