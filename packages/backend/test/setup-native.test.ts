import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {nativeOnly} from '@contrastive/testing';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {quietly, withoutChatter} from '../src/native/quietly.js';
import {findNativePackage, packageRoot} from '../src/native/native-package.js';
import {setUp} from '../src/set-up/set-up.js';
import {findCompiler} from '../src/set-up/tools.js';

const directory = mkdtempSync(join(tmpdir(), 'contrastive-native-'));

afterAll(() => {
  rmSync(directory, {recursive: true, force: true});
});

const chatter = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795465096.460218   25443 port.cc:153] oneDNN custom operations are on. You may see slightly ' +
    'different numerical results.',
  '2025-11-23 19:42:01.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is ' +
    'optimized to use available CPU instructions.',
  'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate ' +
    'compiler flags.',
];
const serious =
  'E0000 00:00:1795465096.460218   25443 cuda_dnn.cc:500] Loaded runtime CuDNN library: 9.1.0 but source was ' +
  'compiled with: 9.3.0.';

test('only known chatter is taken out', () => {
  expect(withoutChatter([...chatter, serious, 'Segmentation fault', ''].join('\n'))).toBe(
    `${serious}\nSegmentation fault\n`,
  );
});

describe('quietly', () => {
  const addon = join(directory, 'contrastive_quiet.node');
  const compiler = findCompiler();

  const compile = (): boolean => {
    const {include_dir: include} = createRequire(import.meta.url)('node-api-headers') as {include_dir: string};
    const source = join(packageRoot(), 'native', 'quiet.cc');
    const flags = [
      '-std=c++17',
      '-shared',
      '-fPIC',
      '-DNAPI_VERSION=8',
      '-DNODE_GYP_MODULE_NAME=contrastive_quiet',
      '-I',
      include,
    ];
    return existsSync(addon) || spawnSync(compiler ?? '', [...flags, source, '-o', addon]).status === 0;
  };

  test.skipIf(process.platform !== 'linux' || compiler === undefined)(
    'holds back chatter and puts out the rest, also when the action throws',
    () => {
      expect(compile()).toBe(true);
      const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      try {
        expect(() =>
          quietly(addon, () => {
            writeSync(2, `${chatter.join('\n')}\n${serious}\n`);
            throw new Error('from the action');
          }),
        ).toThrow('from the action');
        expect(write.mock.calls.map(([text]) => text).join('')).toBe(`${serious}\n`);
      } finally {
        write.mockRestore();
      }
    },
  );

  test.skipIf(process.platform !== 'linux' || compiler === undefined)(
    'puts out what it held when the process dies',
    () => {
      expect(compile()).toBe(true);
      const script = `require('${addon}').hold(); require('node:fs').writeSync(2, 'last words'); process.abort();`;
      const {stderr, signal} = spawnSync(process.execPath, ['-e', script], {encoding: 'utf8'});
      expect(signal).toBe('SIGABRT');
      expect(stderr).toContain('last words');
    },
  );

  test('does without its addon', () => {
    expect(quietly(join(directory, 'missing.node'), () => 1)).toBe(1);
  });
});

nativeOnly('it adopts a working addon', 'a working addon is kept, and known again without being loaded', async () => {
  const native = findNativePackage();
  const copy = join(directory, 'package');
  mkdirSync(join(copy, 'lib', 'napi-v8'), {recursive: true});
  copyFileSync(join(native?.directory ?? '', 'package.json'), join(copy, 'package.json'));
  copyFileSync(native?.addon ?? '', join(copy, 'lib', 'napi-v8', 'tfjs_binding.node'));
  const lines: string[] = [];
  const options = {
    packageDirectory: copy,
    cache: join(directory, 'cache'),
    log: (line: string) => {
      lines.push(line);
    },
  };
  const first = await setUp(options);
  expect(first).toMatchObject({
    backend: 'tensorflow',
    origin: 'installed',
    version: expect.stringMatching(/^2\./) as string,
  });
  const second = await setUp(options);
  expect(second).toMatchObject({backend: 'tensorflow', origin: 'installed'});
  expect(lines).toHaveLength(2);
});
