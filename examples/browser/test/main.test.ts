import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fashionMnist} from '@contrastive/image-files';
import {readImages} from '@contrastive/data';
import {script, type Script} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {SAMPLE} from '../src/sample-format.js';
import {sampleFrom} from '../src/worker/sample.js';

const prepare = (): Script => script(() => import('../src/main.js'));

test('builds a page of the half of backend that is for browsers, with what it fetches beside it', async () => {
  const {out, run} = prepare();
  const {lines, errors} = await run('--quick');
  expect(errors).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/^Built in \S+: scripts of \d\.\d MB, \d\.\d MB compressed$/)]);
  expect(readdirSync(out).sort()).toEqual(['assets', SAMPLE.licence, SAMPLE.file, 'index.html'].sort());

  const assets = readdirSync(join(out, 'assets'));
  expect(assets.filter(name => /^tfjs-backend-wasm.*\.wasm$/.test(name))).toHaveLength(3);
  // The page itself is small: what is large is TensorFlow.js, which the worker loads.
  const [page] = assets.filter(name => /^index-.*\.js$/.test(name));
  expect(readFileSync(join(out, 'assets', page)).length).toBeLessThan(15_000);
  const code = assets.filter(name => name.endsWith('.js')).map(name => readFileSync(join(out, 'assets', name), 'utf8'));
  // Words of each half of the package.
  expect(code.some(text => text.includes('expected a browser with WebGPU, WebGL 2 or WebAssembly'))).toBe(true);
  expect(code.some(text => text.includes('CONTRASTIVE_BACKEND') || text.includes('node:os'))).toBe(false);
  expect(readFileSync(join(out, SAMPLE.licence), 'utf8')).toContain('The MIT License');

  const sample = sampleFrom(readFileSync(join(out, SAMPLE.file)));
  const train = await fashionMnist();
  const some = [0, 1, 999];
  expect((await readImages(sample, some)).bytes).toEqual((await readImages(train, some)).bytes);
  expect(sample.labels).toEqual(train.labels?.slice(0, SAMPLE.count));
  expect(sample.nameOf(1)).toBe('T-shirt 2');

  // A second time it takes the place of the first; a folder with something else it leaves alone.
  expect((await run('--quick')).errors).toEqual([]);
  writeFileSync(join(out, 'notes.txt'), 'mine');
  expect((await run('--quick')).errors).toEqual([
    expect.stringMatching(
      /^browser: expected a new folder, or a page that was built before, as --out, got notes.txt in /,
    ),
  ]);
  expect(existsSync(join(out, 'notes.txt'))).toBe(true);
});

test('says what is wrong with its flags in one line', async () => {
  const {run} = prepare();
  expect((await run('--steps', '2')).errors).toEqual([
    expect.stringMatching(
      /^browser: expected flags among --port …, --out …, --quick, got .*; Unknown option '--steps'\.$/,
    ),
  ]);
  expect((await run('--port', '70000')).errors).toEqual([
    'browser: expected a port up to 65535 as --port, got 70000; leave it out for 4173.',
  ]);
  expect((await run('--port', 'here')).errors).toEqual([
    expect.stringMatching(/^browser: expected a whole number from 1 to \d+ as --port, got 'here'; .*\.$/),
  ]);
  expect(process.exitCode).toBe(1);
});
