import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {show} from '@contrastive/internal';
import {recordedPreparation, type Communicator} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {check, nameOf} from '../../configuration/check.js';
import {openData, type Data} from '../../data/open-data.js';
import {survey, type Survey} from '../../data/survey.js';
import {isNamed, weightsFrom} from '../../encoder/networks.js';
import {counted} from '../../output/words.js';
import {UsageError} from '../../program/usage-error.js';
import {isRun, LAYOUT, readRun} from '../../run/run-folder.js';
import {networkFrom, networkText, savedNetwork} from '../../run/saved-network.js';
import {choose, FEWEST, type Facts} from './choose.js';
import type {Choice, Configuration, Told} from './configuration.js';
import {settings} from './settings.js';

const where = 'contrastive pretrain';

/** What a run that goes on is told: what it was told before, and what is given now. */
export async function withSaved(told: Told): Promise<Told> {
  const {out, resume} = told;
  if (!resume) return told;
  if (!isRun(out)) {
    throw new UsageError(
      `${where}: expected a folder that has a run as --out beside --resume, got ${out}; leave --resume out.`,
    );
  }
  const saved = await readRun(where, out);
  check(saved, settings, {where, file: join(out, LAYOUT.configuration)});
  const before = saved as Partial<Told>; // as checked
  for (const [key, value] of Object.entries(before)) {
    const now = told[key as keyof Told];
    const same = now === value || (['data', 'encoder'].includes(key) && resolve(String(now)) === value);
    if (key === 'out' || now === undefined || same) continue;
    throw new UsageError(
      `${where}: expected the settings of the run beside --resume, got ${show(now)} instead of ${show(value)} as ` +
        `${nameOf(key, settings)}; leave it out, or begin another run.`,
    );
  }
  const {data, encoder} = before;
  return {...before, ...told, ...(data !== undefined && {data}), ...(encoder !== undefined && {encoder})};
}

/** Images, opened as the run needs them, and the configuration. */
export interface Ready {
  readonly data: Data;
  readonly weights?: LayersModel;
  readonly configuration: Configuration;
  readonly choices: readonly Choice[];
}

/** Images that were opened, and what some of them are like. */
export interface Seen {
  readonly opened: Data;
  readonly images: Survey;
}

const decodingOf = ({workers}: Told): {readonly workers?: number} => (workers === undefined ? {} : {workers});

/** Opens images and looks at some. */
export async function look(told: Told & {readonly data: string}): Promise<Seen> {
  const opened = await openData(where, told.data, decodingOf(told));
  const {source} = opened;
  try {
    const images = await survey(source);
    if (images.seen > 0 && (images.length ?? Infinity) >= FEWEST) return {opened, images};
    const [bad] = source.bad;
    const got = images.seen === 0 ? 'none that can be used' : counted(images.length ?? 0, 'image');
    throw new UsageError(
      `${where}: expected at least ${FEWEST} images in DATA, because each is told from others, got ${got}` +
        `${source.bad.length > 0 ? ` (${bad.path}: ${bad.reason})` : ''}; add some.`,
    );
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The same on each rank, of which the first alone needs the files: the others are given its weights when it trains. */
async function weightsOfAll(told: Told, communicator: Communicator): Promise<LayersModel | undefined> {
  if (told.encoder === undefined || isNamed(told.encoder)) return undefined;
  const weights = communicator.rank === 0 ? await weightsOf(told) : undefined;
  const text = await communicator.broadcastText(weights ? networkText(weights) : '');
  return weights ?? (await networkFrom(text));
}

/** The weights that a run begins from, or whose network its checkpoint fills; undefined where it begins from none. */
async function weightsOf({encoder, out, resume = false}: Told): Promise<LayersModel | undefined> {
  if (encoder === undefined || isNamed(encoder)) return undefined;
  const saved = resume ? await savedNetwork(out) : undefined;
  if (saved) return saved;
  if (!resume || existsSync(encoder)) return weightsFrom(where, encoder);
  throw new UsageError(
    `${where}: expected the weights that the run in ${out} began from, without which it cannot go on, got ` +
      `${encoder}, which is not there; put them back.`,
  );
}

/**
 * Makes the configuration whole, and opens the images anew where they are to have other channels: then those that were
 * seen are closed. Where it throws they are the caller's still.
 */
export async function complete(
  told: Told & {readonly data: string},
  seen: Seen,
  device: 'cpu' | 'gpu',
  communicator: Communicator,
): Promise<Ready> {
  const weights = await weightsOfAll(told, communicator);
  try {
    return await completeWith(weights, told, seen, {device, ranks: communicator.size});
  } catch (error) {
    weights?.dispose();
    throw error;
  }
}

async function completeWith(
  weights: LayersModel | undefined,
  told: Told & {readonly data: string},
  {opened, images}: Seen,
  machine: Pick<Facts, 'device' | 'ranks'>,
): Promise<Ready> {
  const fixed = /^(fashion-)?mnist|^cifar/.test(opened.spec);
  const preparation = weights && preparationOf(weights);
  if (preparation && told.channels !== undefined && told.channels !== preparation.channels) {
    throw new UsageError(
      `${where}: expected ${preparation.channels} as --channels, those of the weights ${told.encoder ?? ''}, got ` +
        `${told.channels}; leave --channels out: images are read as the weights take them.`,
    );
  }
  // From anywhere; a run that goes on has what it began with.
  const encoder = weights && told.encoder !== undefined && !told.resume ? resolve(told.encoder) : told.encoder;
  const {configuration, choices} = choose(
    {...told, data: opened.spec, ...(encoder !== undefined && {encoder})},
    {images, ...machine, ...(fixed && {fixedChannels: opened.source.channels}), ...(preparation && {preparation})},
  );
  const ready = {configuration, choices, ...(weights && {weights})};
  if (configuration.channels === opened.source.channels) return {...ready, data: opened};
  await opened.source.close();
  const data = await openData(where, told.data, {...decodingOf(told), channels: configuration.channels});
  if (data.source.channels === configuration.channels) return {...ready, data};
  await data.source.close();
  throw new UsageError(
    `${where}: expected ${data.source.channels} as --channels, those of ${data.spec}, got ${configuration.channels}; ` +
      'leave it out, or give an encoder for them.',
  );
}

/** How images of weights are prepared, as far as a run follows it. */
function preparationOf(weights: LayersModel): {readonly size?: number; readonly channels: 1 | 3} {
  const {size} = (recordedPreparation(weights) ?? {}) as {readonly size?: number};
  return {channels: weights.inputs[0].shape.at(-1) === 1 ? 1 : 3, ...(size !== undefined && {size})};
}
