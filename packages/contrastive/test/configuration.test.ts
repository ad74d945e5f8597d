import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {settings} from '../src/commands/pretrain/settings.js';
import {resolveValues} from '../src/configuration/resolve.js';
import {UsageError} from '../src/program/usage-error.js';
import {temporary} from './images.js';

const resolve = async (given: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> =>
  resolveValues('pretrain', settings, {out: 'run', ...given});

/** A file of that name with a text in it. */
function file(name: string, text: string): string {
  const path = join(temporary(), name);
  writeFileSync(path, text);
  return path;
}

const failure = async (given: Readonly<Record<string, unknown>>): Promise<Error> =>
  resolve(given).then(
    () => new Error('no error'),
    (error: unknown) => error as Error,
  );

test.each([
  ['c.json', '{"command": "pretrain", "version": "0.1.0", "data": "photos", "epochs": 3, "learningRate": 0.1}'],
  ['c.yaml', '# how\ncommand: pretrain\ndata: photos\nepochs: 3\nlearningRate: 1e-1\n'],
  ['c.mjs', 'export default {data: "photos", epochs: 1 + 2, learningRate: 0.1};'],
  ['c.ts', 'const epochs: number = 3;\nexport default {data: "photos", epochs, learningRate: 0.1} as const;'],
])('%s is read, and flags go over it', async (name, text) => {
  const config = file(name, text);
  expect(await resolve({config})).toMatchObject({data: 'photos', epochs: 3, learningRate: 0.1});
  expect(await resolve({config, epochs: '7', data: 'others'})).toMatchObject({data: 'others', epochs: 7});
});

test.each([
  [{epochs: 'many'}, "expected a whole number from 1 on as --epochs, got 'many'; give one, for example --epochs 64."],
  [
    {batch: '0'},
    'contrastive pretrain: expected a whole number from 1 on as --batch, got 0; give one, for example --batch 64.',
  ],
  [{batch: '1.5'}, 'expected a whole number from 1 on as --batch, got 1.5'],
  [{temperature: '-1'}, 'expected a number above 0 as --temperature, got -1'],
  [{keyMomentum: '1.1'}, 'expected a number from 0 to 1 as --key-momentum'],
  [{channels: '2'}, 'expected 1 (grey) or 3 (RGB) as --channels, got 2'],
  [{method: 'simcler'}, "expected simclr, moco-v1 or moco-v2 as --method, got 'simcler'"],
  [{seed: '0x10'}, 'expected a whole number from 0 to 4294967295 as --seed'],
])('a flag that cannot be is told: %j', async (given, message) => {
  const error = await failure(given);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(message);
});

test.each([
  ['c.json', '{"epoch": 3}', 'got epoch; did you mean epochs?'],
  ['c.yaml', 'learning_rate: 0.1', 'got learning_rate; did you mean learningRate?'],
  ['c.json', '{"epochs": "3"}', 'expected a whole number from 1 on as epochs in'],
  ['c.json', '{"epochs": 3', 'mend the file'],
  ['c.yaml', 'epochs: [', 'mend the file'],
  ['c.mjs', 'export const epochs = 3;', 'expected a default export that is a record of settings'],
  ['c.json', '[1]', 'expected a record of settings'],
  ['c.toml', 'epochs = 3', 'expected a file that ends in .json, .yaml'],
  ['c.json', '{"command": "probe"}', 'which is of probe; run npx contrastive probe'],
])('%s with %s is refused', async (name, text, message) => {
  const error = await failure({config: file(name, text)});
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(message);
});

test('a file that is not there is told', async () => {
  expect((await failure({config: 'nowhere.json'})).message).toContain(
    'nowhere.json, which is not there; check the path',
  );
});

test('YAML is data: its tags make nothing', async () => {
  const config = file('c.yaml', 'data: !!js/function "function () { globalThis.ran = true; }"\n');
  expect((await failure({config})).message).toContain('Unresolved tag');
  expect('ran' in globalThis).toBe(false);
});

test('what is required is asked for', async () => {
  const error = await resolveValues('pretrain', settings, {}).catch((one: unknown) => one as Error);
  expect((error as Error).message).toBe(
    'contrastive pretrain: expected RUN as --out, got none; see npx contrastive pretrain --help.',
  );
});
