import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {latestCheckpoint} from '@contrastive/train/node';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {pack} from 'tar-stream';
import {expect} from 'vitest';

const program = fileURLToPath(new URL('../programs/survivor.mjs', import.meta.url));
const goldenParquet = fileURLToPath(
  new URL('../../packages/image-files/test/golden/parquet/datasets.parquet', import.meta.url),
);

/** From when a kill is timed, as the log says it. */
const when = {training: 'into training', start: 'after the start'} as const;

/** The steps of a run, and how often it saves. */
const [STEPS, SAVE_EVERY] = [24, 3];

/** What a run is made of. */
export interface Kind {
  readonly method: 'simclr' | 'moco';
  readonly source: 'arrays' | 'folder' | 'shards' | 'parquet';
  readonly readEvery: number;
  /** Steps of the whole run, a few by default. */
  readonly steps?: number;
}

/** Some images as files, in a folder of their own and in two shards. */
export async function makeImages(): Promise<{readonly root: string; readonly of: Record<Kind['source'], string>}> {
  const root = mkdtempSync(join(tmpdir(), 'killed-runs-'));
  const [folder, shards] = ['folder', 'shards'].map(name => join(root, name));
  mkdirSync(folder);
  mkdirSync(shards);
  const archives = [pack(), pack()];
  const texts = archives.map(async archive => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  });
  for (let i = 0; i < 30; i++) {
    const raw = Uint8Array.from({length: 24 * 20 * 3}, (_, k) => (i * 37 + k * (3 + (i % 5))) % 256);
    const png = await sharp(raw, {raw: {width: 24, height: 20, channels: 3}})
      .png()
      .toBuffer();
    writeFileSync(join(folder, `${i}.png`), png);
    archives[i % 2].entry({name: `${i}.png`}, png);
  }
  for (const archive of archives) archive.finalize();
  for (const [i, text] of (await Promise.all(texts)).entries()) writeFileSync(join(shards, `${i}.tar`), text);
  return {root, of: {arrays: '-', folder, shards: join(shards, '{0..1}.tar'), parquet: goldenParquet}};
}

/** How a process ended, and how long it took from its first step on. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly seconds: number;
  readonly errors: string;
}

/**
 * Runs the program once.
 *
 * @param stop The signal that ends it, and when: so many seconds, or when something else is done, after it began to
 * train or after its start.
 */
export async function live(
  folder: string,
  {method, source, readEvery, steps = STEPS}: Kind,
  data: string,
  stop?: {
    readonly signal: NodeJS.Signals;
    readonly after: number | Promise<unknown>;
    readonly of: 'training' | 'start';
  },
): Promise<End> {
  const numbers = [steps, SAVE_EVERY, readEvery].map(String);
  const child = spawn(process.execPath, [program, folder, method, source, data, ...numbers], {
    env: {...process.env, CONTRASTIVE_BACKEND: tf.getBackend(), TF_CPP_MIN_LOG_LEVEL: '2'},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  let began = performance.now();
  const kill = async (): Promise<void> => {
    const {after = 0} = stop ?? {};
    await (typeof after === 'number' ? sleep(1000 * after) : after);
    child.kill(stop?.signal);
  };
  if (stop?.of === 'start') void kill();
  child.stdout.once('data', () => {
    began = performance.now();
    if (stop?.of === 'training') void kill();
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(done => {
    child.on('close', (...end) => {
      done(end);
    });
  });
  return {code, signal, seconds: (performance.now() - began) / 1000, errors};
}

/**
 * What a finished run left: the checksum of its last state, and its lines without remarks. That MoCo's loss rises is
 * told by the life that saw the first step; one that goes on knows nothing of that.
 */
async function left(folder: string): Promise<{state: string; lines: string[]}> {
  const path = (await latestCheckpoint(join(folder, 'checkpoints'))) ?? '';
  const state = createHash('sha256')
    .update(readFileSync(join(path, 'state.safetensors')))
    .digest('hex');
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return {state, lines: lines.map(line => line.replace(/,"remark":"[^"]*"/, ''))};
}

/** What is in the folder of a run that is none of its own. */
const strangers = (folder: string): string[] => [
  ...readdirSync(folder).filter(name => !['checkpoints', 'metrics.jsonl', 'tensorboard'].includes(name)),
  ...readdirSync(join(folder, 'checkpoints')).filter(name => !/^step-\d{8}$/.test(name)),
];

/** The result of a series of kills. */
export interface Survival {
  /** How many lives were ended by SIGKILL. */
  readonly kills: number;
  /** A line for each life: when it was killed, and what it left. */
  readonly log: readonly string[];
}

/**
 * Runs once in peace, then again while it is killed at random moments, so many times at least, each run to its end, and
 * expects the same lines and the same state, bit for bit.
 */
export async function survive(root: string, data: string, kind: Kind, kills: number): Promise<Survival> {
  const peaceful = join(root, `${kind.method}-${kind.source}-${kind.readEvery}`);
  const peace = await live(peaceful, kind, data);
  expect(peace, peace.errors).toMatchObject({code: 0});
  const expected = await left(peaceful);
  expect(expected.lines).toHaveLength(STEPS);
  const log: string[] = [];
  let count = 0;
  for (let run = 0; count < kills; run++) {
    const folder = `${peaceful}-killed-${run}`;
    for (;;) {
      const of = Math.random() < 0.8 ? 'training' : 'start';
      const after = Math.random() * (of === 'training' ? peace.seconds : 1.5);
      const end = await live(folder, kind, data, {signal: 'SIGKILL', after, of});
      if (end.signal === null) {
        expect(end, end.errors).toMatchObject({code: 0});
        break;
      }
      count++;
      const newest = await latestCheckpoint(join(folder, 'checkpoints'));
      const there = newest === undefined ? 'nothing saved' : newest.slice(-13);
      log.push(`${kind.method} over ${kind.source}: ${after.toFixed(3)} s ${when[of]}, ${there}`);
    }
    expect(await left(folder)).toEqual(expected);
    expect(strangers(folder)).toEqual([]);
    rmSync(folder, {recursive: true});
  }
  return {kills: count, log};
}
