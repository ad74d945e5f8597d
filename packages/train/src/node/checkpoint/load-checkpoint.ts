import {join} from 'node:path';
import {checkOptions, checkValue, either, flag, having, list, object, text, type Rules} from '@contrastive/internal';
import {modelRule, recordedPreparation, recordPreparation, variablesOf} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import {openSafetensors} from '@contrastive/safetensors/node';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Method} from '../../method.js';
import {changes, checkPlain, pathsOf, type Configuration} from './configuration.js';
import {stateOf, type Variables} from './host-copy.js';
import {differences, madeOn} from './made-on.js';
import {readRecord} from './read-record.js';
import {FILES, type CheckpointRecord} from './record.js';
import {refuseDamaged} from './refuse-damaged.js';

/** What {@link loadCheckpoint} restores, and what it compares. */
export interface LoadCheckpointOptions {
  /** The method to restore; made as it was when the checkpoint was saved. */
  readonly method?: Pick<Method, 'state' | 'restore' | 'encoder'>;
  /** The optimiser to restore. */
  readonly optimizer?: Pick<Optimizer, 'state' | 'restore'>;
  /** An encoder to restore alone, without the method: a network like the one that was trained. */
  readonly encoder?: LayersModel;
  /** What this run is told; by default it is not compared with what the saved one was told. */
  readonly configuration?: Configuration;
  /** Settings that may have changed, by their paths such as `steps`, or true for all; none by default. */
  readonly acceptChanges?: boolean | readonly string[];
}

/** What was loaded. */
export interface LoadedCheckpoint extends CheckpointRecord {
  /**
   * How this process differs from the one that saved, as far as it decides about the last digit of results; empty where
   * the run goes on bit for bit.
   */
  readonly differences: readonly string[];
}

const restorable = (what: string) => having(what, ['state', 'restore'], 'give that of train');
const rules: Rules<LoadCheckpointOptions> = {
  method: restorable('a method'),
  optimizer: restorable('an optimiser'),
  encoder: modelRule,
  configuration: object,
  acceptChanges: either(flag, list(text, 'paths of settings')),
};

const few = (names: readonly string[], most = 3): string =>
  names.slice(0, most).join(', ') + (names.length > most ? `, … (${names.length} in all)` : '');

/** Throws unless a checkpoint has each variable, of its shape and type, and of whole parts nothing else. */
function checkTensors(
  directory: string,
  variables: Variables,
  saved: ReadonlyMap<string, {readonly dtype: string; readonly shape: readonly number[]}>,
  whole: readonly string[],
): void {
  const missing = Object.keys(variables).filter(name => !saved.has(name));
  const unknown = [...saved.keys()].filter(
    name => !Object.hasOwn(variables, name) && whole.some(part => name.startsWith(`${part}/`)),
  );
  const other = Object.entries(variables).flatMap(([name, {dtype, shape}]) => {
    const found = saved.get(name);
    if (found === undefined) return [];
    const [here, there] = [
      `${dtype === 'int32' ? 'I32' : 'F32'} [${shape.join(', ')}]`,
      `${found.dtype} [${found.shape.join(', ')}]`,
    ];
    return here === there ? [] : [`${name}, saved as ${there}, here ${here}`];
  });
  if (missing.length + unknown.length + other.length === 0) return;
  const parts = [
    missing.length > 0 && `without ${few(missing)}`,
    unknown.length > 0 && `with ${few(unknown)}, which this run lacks`,
    other.length > 0 && `with ${few(other)}`,
  ].filter(part => part !== false);
  throw new Error(
    `loadCheckpoint: expected a checkpoint of the same networks, queue and optimiser, got ${directory} ` +
      `${parts.join('; ')}; make them as the saved run did.`,
  );
}

/** Throws where settings changed that may not. */
function checkConfiguration(
  directory: string,
  saved: Configuration,
  {configuration, acceptChanges = false}: LoadCheckpointOptions,
): void {
  if (configuration === undefined || acceptChanges === true) return;
  const accepted = acceptChanges === false ? [] : acceptChanges;
  const covers = (one: string, path: string): boolean => path === one || path.startsWith(`${one}.`);
  const refused = changes(saved, configuration).filter(({path}) => !accepted.some(one => covers(one, path)));
  if (refused.length === 0) return;
  const lines = refused.map(({line}) => line);
  const paths = [...pathsOf(saved), ...pathsOf(configuration)];
  const unknown = accepted.filter(one => !paths.some(path => covers(one, path)));
  const misspelt = unknown.length > 0 ? ` (there is no setting ${unknown.join(', ')})` : '';
  throw new Error(
    `loadCheckpoint: expected the configuration of ${directory}, got changes: ${few(lines, 10)}; give back what it ` +
      `was, or name what may change in acceptChanges${misspelt}.`,
  );
}

/** Reads variables from a checkpoint; nothing of them is changed where it fails. */
async function restore(
  directory: string,
  {preparation}: CheckpointRecord,
  {method, optimizer, encoder}: LoadCheckpointOptions,
): Promise<void> {
  const parts = {...(method && {method}), ...(optimizer && {optimizer})};
  const only = Object.fromEntries(
    Object.entries(encoder ? variablesOf({encoder}).state : {}).map(([name, value]) => [`method/${name}`, value]),
  );
  const variables = {...stateOf(parts), ...only};
  if (Object.keys(variables).length === 0) return;
  const networks = [encoder, method?.encoder].filter(network => network !== undefined);
  const prepared = (network: LayersModel): void => {
    if (preparation) recordPreparation('loadCheckpoint', network, preparation);
  };
  const file = await openSafetensors(join(directory, FILES.state));
  const read: Record<string, tf.Tensor> = {};
  try {
    checkTensors(directory, variables, file.tensors, [...Object.keys(parts), ...(encoder ? ['method/encoder'] : [])]);
    for (const [name, {dtype, shape}] of Object.entries(variables))
      read[name] = tf.tensor((await file.read(name)) as Float32Array | Int32Array, shape, dtype); // as checked
    const partOf = (part: string): Record<string, tf.Tensor> =>
      Object.fromEntries(
        Object.entries(read).flatMap(([name, tensor]) =>
          name.startsWith(`${part}/`) ? [[name.slice(part.length + 1), tensor] as const] : [],
        ),
      );
    // Throws where it is another; what has none gets it once all is restored.
    for (const network of networks) if (recordedPreparation(network)) prepared(network);
    await method?.restore(partOf('method'));
    await optimizer?.restore(partOf('optimizer'));
    for (const [name, variable] of Object.entries(only)) variable.assign(read[name]);
    networks.forEach(prepared);
  } finally {
    tf.dispose(read);
    await file.close();
  }
}

/**
 * Loads a checkpoint: compares its checksums, and this run's configuration with that of the saved one, and restores
 * what it is given. Nothing changes unless all of it fits. With nothing to restore it only reads the record.
 *
 * On the same backend, processor, kernels and number of threads the run then goes on bit for bit; differences are
 * listed, and said in a line on the error stream.
 *
 * @param directory The checkpoint: `latestCheckpoint(folder)`.
 * @param options What to restore; see {@link LoadCheckpointOptions}.
 * @returns Its record, with `resume` for `twoViews`.
 * @throws `Error` that names what is damaged, missing, unknown, of another shape, changed in the configuration, or of a
 * newer format; `TypeError` for a bad option.
 * @example
 * ```ts
 * const {resume} = await loadCheckpoint(path, {method, optimizer, configuration});
 * const views = twoViews(images, {augment, batchSize, seed, steps, ...resume});
 * ```
 */
export async function loadCheckpoint(
  directory: string,
  options: LoadCheckpointOptions = {},
): Promise<LoadedCheckpoint> {
  checkValue('loadCheckpoint', 'directory', directory, text);
  checkOptions('loadCheckpoint', options, rules);
  if (options.configuration) checkPlain('loadCheckpoint', options.configuration);
  const {encoder} = options.method ?? {};
  if (encoder !== undefined) checkValue('loadCheckpoint', 'method.encoder', encoder, modelRule);
  for (const part of ['method', 'optimizer', 'encoder'] as const) {
    if (part in options && options[part] === undefined) {
      throw new TypeError(
        `loadCheckpoint: expected what is to be restored as ${part}, got undefined; give it, or leave ${part} out.`,
      );
    }
  }
  await refuseDamaged(directory);
  const record = await readRecord(directory);
  checkConfiguration(directory, record.configuration, options);
  await restore(directory, record, options);
  const differ = differences(record.madeOn, madeOn());
  if (differ.length > 0 && options.optimizer)
    process.stderr.write(
      `contrastive: ${directory} was saved with another ${differ.join('; ')}: the run goes on, but not bit for bit\n`,
    );
  return {...record, differences: differ};
}
