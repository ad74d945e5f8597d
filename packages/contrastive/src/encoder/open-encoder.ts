import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Preparation} from '@contrastive/augment';
import {reasonOf} from '@contrastive/internal';
import {recordedPreparation} from '@contrastive/layers';
import {latestCheckpoint, loadCheckpoint} from '@contrastive/train/node';
import {loadEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {shell} from '../escape/shell.js';
import {typed} from '../program/invoked-as.js';
import {UsageError} from '../program/usage-error.js';
import type {Configuration} from '../run/configuration.js';
import {isRun, LAYOUT, readRun} from '../run/run-folder.js';
import {savedNetwork} from '../run/saved-network.js';
import {importedFrom, isLayersModel, isNamed, network, weightsFrom} from './networks.js';
import {fingerprintOf} from '../data/fingerprint.js';

/** An encoder to use, and what is known of it. */
export interface OpenedEncoder {
  /** The caller's to dispose. */
  readonly encoder: LayersModel;
  /** How its images are prepared. */
  readonly preparation: Preparation;
  /** What changes when its weights do. */
  readonly fingerprint: string;
  /** The configuration of the run that it is of. */
  readonly configuration?: Configuration;
}

/** The encoder of a run that is not done, as its newest checkpoint has it. */
async function fromCheckpoint(where: string, run: string, configuration: Configuration): Promise<LayersModel> {
  const checkpoint = await latestCheckpoint(join(run, LAYOUT.checkpoints));
  if (checkpoint === undefined) {
    throw new UsageError(
      `${where}: expected a run with an encoder, got ${run}, which has saved none yet; go on with it by: ` +
        typed(`contrastive pretrain --resume --out ${shell(run)}`),
    );
  }
  const named = isNamed(configuration.encoder);
  const encoder = named
    ? network(configuration)
    : ((await savedNetwork(run)) ?? (await weightsFrom(where, configuration.encoder)));
  try {
    if (!named) encoder.setUserDefinedMetadata({});
    await loadCheckpoint(checkpoint, {encoder});
    return encoder;
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/** An encoder of weights of PyTorch. */
async function imported(where: string, path: string): Promise<LayersModel> {
  try {
    return await importedFrom(path);
  } catch (cause) {
    if (!reasonOf(cause).includes('importEncoder: expected one of')) throw cause;
    throw new UsageError(
      `${where}: expected the folder of a run or an encoder as RUN, got ${path}, which has neither in it; give what ` +
        'pretrain had as --out, or an encoder.',
      {cause},
    );
  }
}

async function load(where: string, path: string, configuration?: Configuration): Promise<LayersModel> {
  if (isLayersModel(path)) return loadEncoder(path);
  if (configuration === undefined) return imported(where, path);
  const finished = join(path, LAYOUT.encoder);
  return isLayersModel(finished) ? loadEncoder(finished) : fromCheckpoint(where, path, configuration);
}

/**
 * Throws unless something lies where the user says that the encoder is: to be asked before TensorFlow is started.
 *
 * @param where What messages begin with.
 * @throws UsageError when nothing does.
 */
export function checkEncoder(where: string, path: string): void {
  if (existsSync(path)) return;
  throw new UsageError(
    `${where}: expected the folder of a run or an encoder as RUN, got ${path}, which is not there; check the path.`,
  );
}

/**
 * Opens the encoder that the user names: of a run, the finished one or that of its newest checkpoint; one that
 * `exportEncoder` saved; weights of PyTorch.
 *
 * @param where What messages begin with.
 * @throws UsageError when there is none; Error for a damaged or unknown one.
 */
export async function openEncoder(where: string, path: string): Promise<OpenedEncoder> {
  checkEncoder(where, path);
  const configuration = isRun(path) && !isLayersModel(path) ? await runOf(where, path) : undefined;
  const encoder = await load(where, path, configuration);
  const recorded = recordedPreparation(encoder);
  if (recorded === undefined) {
    encoder.dispose();
    throw new UsageError(
      `${where}: expected an encoder that knows how its images are prepared, got ${path}, which does not; save it by ` +
        'exportEncoder with metadata.preparation.',
    );
  }
  return {
    encoder,
    preparation: recorded as Preparation, // as it was recorded; `prepare` checks it
    fingerprint: fingerprintOf(isLayersModel(join(path, LAYOUT.encoder)) ? join(path, LAYOUT.encoder) : path),
    ...(configuration && {configuration}),
  };
}

/** The configuration of a folder that has `config.json`: of transformers it is another. */
async function runOf(where: string, path: string): Promise<Configuration | undefined> {
  const settings = await readRun(where, path);
  return 'method' in settings && 'data' in settings ? (settings as Partial<Configuration> as Configuration) : undefined;
}
