import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {formula} from '@contrastive/testing';
import {getBackend} from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {expect, onTestFinished, test} from 'vitest';
import {read} from '../../scripts/guides.mjs';

const run = promisify(execFile);
/** The program as it is installed; `npm test` has built it. */
const program = fileURLToPath(new URL('../../packages/contrastive/bin/contrastive.js', import.meta.url));
/** What makes the training of the README one of seconds. */
const small = ['--encoder', 'resnet10', '--width', '4', '--size', '16', '--batch', '8', '--steps', '6'];

test('the commands of the README lead from photographs to an encoder, its measure and a page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true});
  });
  for (let i = 0; i < 24; i++) {
    const path = join(folder, 'photos', i % 2 === 0 ? 'cat' : 'dog', `${i}.jpg`);
    mkdirSync(join(path, '..'), {recursive: true});
    const data = Uint8Array.from(formula(`photo ${i}`, 40 * 36 * 3), value => 127.5 * (1 + value));
    const jpeg = await sharp(data, {raw: {width: 40, height: 36, channels: 3}})
      .jpeg()
      .toBuffer();
    writeFileSync(path, jpeg);
    writeFileSync(join(folder, 'one.jpg'), jpeg);
  }
  const commands = [...read('README.md').matchAll(/^npx contrastive ([^#\n]+)/gm)].map(([, text]) => text.trim());
  expect(commands.map(text => text.split(' ')[0])).toEqual(['pretrain', 'probe', 'search']);
  for (const text of commands) {
    const args = [...text.split(/\s+/), ...(text.startsWith('pretrain') ? small : [])];
    const env = {...process.env, CONTRASTIVE_BACKEND: getBackend()};
    await run(process.execPath, [program, ...args], {cwd: folder, env});
  }
  for (const file of ['runs/photos/encoder/model.json', 'runs/photos/probe.json', 'found.html'])
    expect(existsSync(join(folder, file)), file).toBe(true);
});
