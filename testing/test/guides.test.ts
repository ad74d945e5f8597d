import {copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {formula} from '@contrastive/testing';
import sharp from 'sharp';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {GUIDES, blocksOf, programOf} from '../../scripts/guides.mjs';
import {bundle} from '../browser/bundle.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const home = process.cwd();
/** Where the programs lie: here, so that they find the packages of others. */
const programs = fileURLToPath(new URL('../runs/', import.meta.url));
mkdirSync(programs, {recursive: true});
const written = mkdtempSync(join(programs, 'guides-'));
/** Where they run. */
const folder = mkdtempSync(join(tmpdir(), 'guides-'));

/** All documents for those who use the packages. */
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
  ...readdirSync(join(root, 'packages')).map(name => `packages/${name}/README.md`),
];

beforeAll(async () => {
  for (let i = 0; i < 16; i++) {
    const path = join(folder, 'photos', i % 2 === 0 ? 'cat' : 'dog', `${i}.jpg`);
    mkdirSync(join(path, '..'), {recursive: true});
    const data = Uint8Array.from(formula(`photo ${i}`, 40 * 36 * 3), value => 127.5 * (1 + value));
    writeFileSync(
      path,
      await sharp(data, {raw: {width: 40, height: 36, channels: 3}})
        .jpeg()
        .toBuffer(),
    );
  }
  copyFileSync(join(folder, 'photos', 'cat', '0.jpg'), join(folder, 'one.jpg'));
});

afterAll(() => {
  rmSync(written, {recursive: true});
  rmSync(folder, {recursive: true});
});

/** Runs a program in the folder, to its end; gives what it printed, a line for each time. */
async function run(name: string, text: string): Promise<string[]> {
  const file = join(written, `${name.replaceAll('/', '-')}.ts`);
  writeFileSync(file, `${text}\nexport const ended = true;\n`);
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...all: unknown[]) => {
    lines.push(all.map(one => (typeof one === 'string' ? one : JSON.stringify(one))).join(' '));
  });
  process.chdir(folder);
  try {
    const {ended} = (await import(/* @vite-ignore */ file)) as {ended: boolean};
    expect(ended).toBe(true);
  } finally {
    process.chdir(home);
    log.mockRestore();
  }
  return lines;
}

test('every document with code is run, by its blocks in order', () => {
  const withCode = documents.filter(path => blocksOf(path).some(({language}) => /^(ts|js)$/.test(language)));
  expect(GUIDES.map(({path}) => path).sort()).toEqual(withCode.sort());
});

/** What programs print last, where they print anything: evidence that they did what their document says. */
const last: Readonly<Partial<Record<string, RegExp>>> = {
  'README.md': /^1 \d/, // two steps of eight photographs
  'docs/getting-started.md': /^[A-Z][\w/ -]+ [01]\.\d{3}$/, // a class and a similarity
  'docs/your-images.md': /^trained [01]/,
  'docs/how-good.md': /^-?\d\.\d{3} \d/,
  'docs/training.md': /^1 \d/,
  'docs/small-gpu-or-none.md': /^(tensorflow|wasm|cpu) on the (CPU|GPU)/i,
  'docs/your-own.md': /^1 -?\d/,
  'docs/encoders.md': /^\[3,32\]$/,
};

describe.each(GUIDES)('$path', guide => {
  test('its code runs to its end', {timeout: 180_000}, async () => {
    const lines = await run(guide.path, programOf(guide).text);
    const expected = last[guide.path];
    if (expected) expect(lines.at(-1)).toMatch(expected);
  });
});

test('the code for pages is bundled without anything of Node', async () => {
  const guide = GUIDES.find(({path}) => path === 'docs/browser.md') ?? {path: ''};
  const file = join(written, 'page.ts');
  writeFileSync(file, `${programOf(guide).text}\n`);
  const {files, imports} = await bundle({
    entryPoints: [relative(root, file)],
    external: ['@tensorflow/*'],
    splitting: true,
    outdir: '/',
  });
  expect(files.some(path => path.startsWith('packages/simclr/'))).toBe(true);
  expect(imports.filter(path => !path.startsWith('@tensorflow/tfjs'))).toEqual([]);
});

test('the folder of a run has what the guide says', () => {
  expect(readdirSync(join(folder, 'runs', 'a')).sort()).toEqual(['checkpoints', 'metrics.jsonl', 'tensorboard']);
  const steps = readFileSync(join(folder, 'runs', 'a', 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(steps).toHaveLength(4);
  for (const file of ['encoder/model.json', 'runs/torch/model.safetensors', 'runs/onnx/model.onnx'])
    expect(readFileSync(join(folder, file)).length).toBeGreaterThan(100);
});
