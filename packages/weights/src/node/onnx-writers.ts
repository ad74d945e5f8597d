import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {syncDirectory, writeDurably} from '@contrastive/internal/node';
import {transformersFiles} from '../export/transformers-js.js';
import type {OnnxDtype} from '../onnx/graph.js';
import {onnxModel} from '../onnx/onnx-model.js';
import {ONNX} from './model-directory.js';

/** What fills a directory. */
export type Writer = (directory: string) => Promise<void>;

const where = 'exportEncoder';

/** The name of a network's file, as transformers.js has it. */
const fileName = (dtype: OnnxDtype): string => (dtype === 'fp32' ? 'model.onnx' : `model_${dtype}.onnx`);

/** Writes a network for ONNX runtimes. */
export async function onnxWriter(encoder: LayersModel, metadata: object, dtype: OnnxDtype): Promise<Writer> {
  const bytes = await onnxModel(where, encoder, {dtype, metadata});
  return directory => writeDurably(join(directory, fileName(dtype)), bytes);
}

/** Writes a folder for transformers.js. */
export async function transformersWriter(encoder: LayersModel, metadata: object, dtype: OnnxDtype): Promise<Writer> {
  const {config, preprocessor, preparation} = transformersFiles(where, encoder, metadata, dtype);
  const bytes = await onnxModel(where, encoder, {dtype, metadata, transformers: preparation});
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  return async directory => {
    const folder = join(directory, ONNX);
    await mkdir(folder);
    await writeDurably(join(folder, fileName(dtype)), bytes);
    await syncDirectory(folder);
    await writeDurably(join(directory, 'config.json'), json(config));
    await writeDurably(join(directory, 'preprocessor_config.json'), json(preprocessor));
  };
}
