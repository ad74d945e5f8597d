import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import {differences, graphicsCards, madeOn} from '../src/node/checkpoint/made-on.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('names what decides about digits and has changed', () => {
  for (const name of [
    'TF_CUDNN_DETERMINISTIC',
    'TF_ENABLE_ONEDNN_OPTS',
    'NVIDIA_TF32_OVERRIDE',
    'TF_DETERMINISTIC_OPS',
  ])
    vi.stubEnv(name, undefined);
  const saved = madeOn();
  expect(differences(saved, madeOn())).toEqual([]);
  vi.stubEnv('TF_DETERMINISTIC_OPS', '1');
  expect(differences(saved, madeOn())).toEqual(['environment none, here TF_DETERMINISTIC_OPS=1']);
  const {graphics, settings, ...older} = saved; // which had no record of these
  expect([graphics, settings]).toEqual(['', '']);
  expect(differences(older, madeOn())).toEqual([]);
  expect(differences(saved, {...saved, threads: 99, node: 'another'})).toEqual([`threads ${saved.threads}, here 99`]);
});

test('graphics cards by the files of their driver', () => {
  const driver = mkdtempSync(join(tmpdir(), 'driver-'));
  try {
    for (const [name, model] of [['0000:01:00.0', 'NVIDIA H200'] as const, ['0000:02:00.0', 'NVIDIA A100'] as const]) {
      mkdirSync(join(driver, name));
      writeFileSync(join(driver, name, 'information'), `Model: \t\t ${model}\nIRQ:   \t\t 44\n`);
    }
    expect(graphicsCards(driver)).toBe('NVIDIA H200, NVIDIA A100');
    expect(graphicsCards(join(driver, 'none'))).toBe('unknown');
  } finally {
    rmSync(driver, {recursive: true});
  }
});
