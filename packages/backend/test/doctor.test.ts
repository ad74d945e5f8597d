import {afterEach, describe, expect, test, vi} from 'vitest';
import {addCommand, findPackageManager} from '../src/command/project.js';
import {diagnose} from '../src/doctor/diagnose.js';
import type {Facts} from '../src/doctor/facts.js';
import {parseInstructions} from '../src/doctor/processor.js';
import {render} from '../src/doctor/render.js';
import {fakeMachine} from './setup-fakes.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const installed = {directory: '/project/node_modules/@tensorflow/tfjs-core', version: '4.22.0'};

const healthy: Facts = {
  version: '0.1.0',
  node: '20.19.0',
  platform: 'linux x64',
  glibc: '2.36',
  processor: {model: 'A processor', threads: 2, instructions: ['AVX2', 'FMA']},
  gpus: [],
  packages: {tfjs: installed, 'tfjs-core': installed, 'tfjs-backend-wasm': installed},
  coreOfNative: installed.directory,
  native: {
    package: {directory: '/native', version: '4.22.0', addon: '', quietAddon: '', kernelsAddon: '', stamp: ''},
    origin: 'wheel',
    loaded: {version: '2.21.0', device: 'cpu', seconds: 0.4, messages: ''},
  },
  tools: {python: 'Python 3.11.7', pip: 'pip 23.2.1', compiler: 'g++ 12.2.0'},
  cache: {directory: '/cache', silent: false, bytes: 854e6, leftovers: []},
  environment: {},
};

const problemsOf = (changes: Partial<Facts>): string =>
  diagnose({...healthy, ...changes})
    .map(({problem, advice}) => `${problem} ${advice}`)
    .join('\n');

describe('the doctor', () => {
  test('finds nothing wrong with a machine that is set up', () => {
    vi.stubEnv('CONTRASTIVE_BACKEND', '');
    const report = render(healthy, diagnose(healthy));
    expect(report).toContain("2.21.0 on the CPU, from TensorFlow's Python wheel; starts in 0.4 s");
    expect(report).toContain('✓ All is in order: useBackend() takes native TensorFlow on the CPU.');
  });

  test.each([
    ['no native package', {native: undefined}, /not set up yet.*contrastive-backend setup/],
    [
      'an addon that does not load',
      {native: {package: healthy.native?.package ?? never(), failure: 'it is broken'}},
      /it is broken/,
    ],
    ['a GPU that is not used', {gpus: ['NVIDIA H200']}, /does not use the GPU.*nvidia-smi/],
    ['two engines', {coreOfNative: '/elsewhere/tfjs-core'}, /two tfjs-core/],
    ['missing packages', {packages: {...healthy.packages, tfjs: undefined}}, /Not installed: @tensorflow\/tfjs\./],
    [
      'different versions',
      {packages: {...healthy.packages, tfjs: {...installed, version: '4.21.0'}}},
      /different versions \(4\.21\.0, 4\.22\.0\)/,
    ],
    ['oneDNN off', {environment: {TF_ENABLE_ONEDNN_OPTS: '0'}}, /Unset it/],
    ['a cache that does not answer', {cache: {...healthy.cache, silent: true}}, /\/cache does not answer/],
    ['what an interrupted set-up left', {cache: {...healthy.cache, leftovers: ['x.tmp-1']}}, /x\.tmp-1/],
    ['no AVX2', {processor: {model: 'old', threads: 2, instructions: []}}, /AVX2/],
  ] satisfies [string, Partial<Facts>, RegExp][])('names %s, with advice', (_name, changes, expected) => {
    expect(problemsOf(changes)).toMatch(expected);
    expect(render({...healthy, ...changes}, diagnose({...healthy, ...changes}))).toContain('✗ One thing needs care:');
  });

  test('asks nothing native of a machine that cannot have it', () => {
    expect(problemsOf({noNative: 'this is darwin', native: undefined, tools: {}})).toBe('');
  });

  test('names a bad CONTRASTIVE_BACKEND', () => {
    vi.stubEnv('CONTRASTIVE_BACKEND', 'gpu');
    expect(problemsOf({})).toMatch(/expected .tensorflow., .wasm. or .cpu. as CONTRASTIVE_BACKEND, got .gpu./);
  });

  test('names a bad CONTRASTIVE_CONVOLUTIONS', () => {
    vi.stubEnv('CONTRASTIVE_CONVOLUTIONS', 'f4');
    expect(problemsOf({})).toMatch(
      /expected .f2. as CONTRASTIVE_CONVOLUTIONS, got .f4.*Unset CONTRASTIVE_CONVOLUTIONS/,
    );
  });
});

test("instruction sets are read from the kernel's description", () => {
  expect(parseInstructions('model name : X\nflags\t\t: fpu avx2 fma avx512f avx512_bf16\n')).toEqual([
    'AVX2',
    'FMA',
    'AVX-512',
    'AVX-512 BF16',
  ]);
});

describe("the user's project", () => {
  test('is kept with the manager of its lockfile, else the one that started us', () => {
    const machine = fakeMachine();
    expect(findPackageManager(machine.directory, 'yarn/1.22.22 npm/? node/v20')).toBe('yarn');
    expect(findPackageManager(machine.directory, '')).toBe('npm');
    machine.file('pnpm-lock.yaml');
    expect(findPackageManager(`${machine.directory}/package`, 'npm/11.0.0')).toBe('pnpm');
  });

  test.each(['npm', 'pnpm', 'yarn', 'bun'] as const)('gets exact versions without install scripts from %s', manager => {
    const {directory} = fakeMachine();
    expect(addCommand(manager, ['a@1'], directory).join(' ')).toMatch(
      /^\S+ (install|add) .*--(save-)?exact .*--ignore-scripts .*a@1$/,
    );
  });
});

function never(): never {
  throw new Error('the healthy facts have a native package');
}
