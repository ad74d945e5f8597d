import {readFile, readdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {checkOptions, checkValue, object, reasonOf} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {openSafetensors} from '@contrastive/safetensors/node';
import {buildEncoder, encoderRules, type EncoderFromOptions, type ImportedEncoder} from '../import/encoder-from.js';
import type {TensorFile} from '../import/tensor-file.js';
import {beginningOf} from './beginnings.js';
import {openTorch} from './open-torch.js';
import {pathRule} from './path-rule.js';

/** What a folder of transformers or timm calls its weights, the first one that is there. */
const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'];

/** How the names end of the lists of models in several files, which are JSON. */
const INDEX = '.safetensors.index.json';

const systemError = (path: string, cause: unknown): Error =>
  new Error(
    `importEncoder: expected a file or folder that can be read as path, got ${reasonOf(cause)}; check ${path}.`,
    {cause},
  );

/** The file of weights, which a folder has under one of its usual names. */
async function weightsAt(path: string): Promise<string> {
  let names: readonly string[];
  try {
    if (!(await stat(path)).isDirectory()) return path;
    names = await readdir(path);
    const found = WEIGHTS.find(name => names.includes(name));
    if (found !== undefined) return join(path, found);
  } catch (cause) {
    throw systemError(path, cause);
  }
  const [got, todo] = names.includes('model.json')
    ? ['model.json of TensorFlow.js', 'open it by loadEncoder']
    : ['none', 'give the path of the weights themselves'];
  throw new Error(`importEncoder: expected one of ${WEIGHTS.join(', ')} in ${path}, got ${got}; ${todo}.`);
}

/** A file of JSON beside the weights, where there is one. */
async function readBeside(weights: string, name: string): Promise<object | undefined> {
  const path = join(dirname(weights), name);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(
      `importEncoder: expected JSON in ${path}, got ${reasonOf(cause)}; mend it, or keep the weights apart from it.`,
      {cause},
    );
  }
  return object.judge(json) === undefined ? (json as object) : undefined;
}

/** The tensors of a file, which is open. */
async function openWeights(path: string): Promise<TensorFile & {close(): Promise<void>}> {
  const beginning = path.endsWith(INDEX) ? 'safetensors' : await beginningOf(path, systemError);
  if (beginning === 'torch') return openTorch(path);
  if (beginning === 'safetensors') return openSafetensors(path);
  const {what, todo} = beginning;
  throw new Error(
    `importEncoder: expected a checkpoint of torch.save or safetensors as path, got ${path}, ${what}; ${todo}.`,
  );
}

/**
 * Makes an encoder from a file that PyTorch trained: a checkpoint of `torch.save` (`.pth`, `.pt`, `.ckpt`,
 * `.pth.tar`), safetensors, or a folder of transformers or timm. `encoderFrom` says what it can be, and what
 * is assumed; `config.json` and `preprocessor_config.json` beside the weights are taken into account. Weights are
 * copied one tensor at a time.
 *
 * @param path The file, or the folder that holds it.
 * @returns The encoder, trainable, which remembers how its images are prepared, with its head, where it has one.
 * @throws Error that says what of the file is refused, no ResNet, or wrong; RangeError, TypeError for bad options.
 * @example
 * const {encoder, assumed} = await importEncoder('moco_v2_800ep_pretrain.pth.tar');
 * const features = await extractFeatures(encoder, images);
 */
export async function importEncoder(path: string, options: EncoderFromOptions = {}): Promise<ImportedEncoder> {
  checkOptions('importEncoder', options, encoderRules);
  checkValue('importEncoder', 'path', path, pathRule);
  requireBackend('importEncoder');
  const weights = await weightsAt(path);
  const beside = {
    config: options.config ?? (await readBeside(weights, 'config.json')),
    preprocessor: options.preprocessor ?? (await readBeside(weights, 'preprocessor_config.json')),
  };
  const file = await openWeights(weights);
  try {
    return await buildEncoder('importEncoder', file, {...options, ...beside});
  } finally {
    await file.close();
  }
}
