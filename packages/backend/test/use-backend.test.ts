import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {useBackend, type BackendName} from '../src/index.js';
import {requireNode, whyNoNative} from '../src/platform.js';

const initial = tf.getBackend() as BackendName;

afterEach(async () => {
  vi.unstubAllEnvs();
  await useBackend(initial);
});

describe('useBackend', () => {
  test('refuses a Node that lacks what the packages need, before anything is trained', () => {
    const {engines} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      engines: {node: string};
    };
    expect(engines.node).toBe('>=20.19');
    expect(() => {
      requireNode('useBackend', '18.20.4');
    }).toThrow('useBackend: expected Node 20.19 or newer, got 18.20.4; install a current LTS release.');
    expect(() => {
      requireNode('useBackend', '20.18.9');
    }).toThrow(/got 20\.18\.9/);
    for (const version of ['20.19.0', '21.0.0', '24.1.0']) requireNode('useBackend', version);
  });

  test('refuses an unknown name, wherever it comes from', async () => {
    await expect(useBackend('gpu' as BackendName)).rejects.toThrow(RangeError);
    vi.stubEnv('CONTRASTIVE_BACKEND', 'tensorflow-gpu');
    await expect(useBackend()).rejects.toThrow(
      /useBackend: expected 'tensorflow', 'wasm' or 'cpu' as CONTRASTIVE_BACKEND, got 'tensorflow-gpu'/,
    );
    expect(tf.getBackend()).toBe(initial);
  });

  test('does the same again when called again', async () => {
    const before = tf.memory().numTensors;
    const [first, second] = await Promise.all([useBackend(initial), useBackend(initial)]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({name: initial, canTrain: true});
    expect(first.threads).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('switches, and each backend computes the gradient of a convolution', async () => {
    for (const name of ['cpu', 'wasm', initial] as const) {
      expect((await useBackend(name)).name).toBe(name);
      expect(tf.getBackend()).toBe(name);
      await expectNoLeaks(() => {
        tf.tidy(() => {
          const x = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
          const gradient = tf.grad(filter => tf.sum(tf.conv2d(x, filter as tf.Tensor4D, 1, 'valid')))(
            tf.ones([2, 2, 1, 1]),
          );
          expect([...gradient.dataSync()]).toEqual([4, 4, 4, 4]); // each weight meets four windows of ones
        });
      });
    }
  });

  test("starts whatever the program's and npm's own options are", () => {
    const program = `
      const {useBackend} = await import('@contrastive/backend');
      const {name} = await useBackend('${initial}');
      console.log(JSON.stringify([name, process.argv.slice(1), process.env.npm_config_module_name]));
    `;
    const options = ['-C', '/nowhere', '--directory=/nowhere', '--dir', '/nowhere', '--debug'];
    const {stdout, stderr} = spawnSync(process.execPath, ['--input-type=module', '-e', program, '--', ...options], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      env: {...process.env, npm_config_module_name: 'other', npm_config_directory: '/nowhere'},
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([initial, options, 'other']);
  });

  test('takes what CONTRASTIVE_BACKEND names', async () => {
    vi.stubEnv('CONTRASTIVE_BACKEND', 'cpu');
    expect((await useBackend()).name).toBe('cpu');
  });
});

describe('whyNoNative', () => {
  test.each([
    ['linux', 'x64', '2.36', undefined],
    ['linux', 'x64', '2.27', undefined],
    ['linux', 'x64', '2.26', /2\.27 or newer/],
    ['linux', 'arm64', '2.36', /x64/],
    ['linux', 'x64', '', /glibc.*musl/],
    ['darwin', 'arm64', '', /darwin on arm64/],
    ['win32', 'x64', '', /win32/],
  ])('%s %s, glibc %s', (platform, arch, glibc, reason) => {
    const said = whyNoNative(platform, arch, glibc);
    if (reason === undefined) {
      expect(said).toBeUndefined();
    } else {
      expect(said).toMatch(reason);
    }
  });
});
