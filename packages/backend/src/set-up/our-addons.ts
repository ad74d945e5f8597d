import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {packageRoot} from '../native/native-package.js';
import {compile, nodeHeaders, together} from './compile.js';
import {SetUpError} from './set-up-error.js';
import type {Workplace} from './phases.js';

/** Our addon that holds back TensorFlow's start-up chatter. */
export const quietAddonFile = 'contrastive_quiet.node';
/** Our addon with the training kernels for the processor. */
export const kernelsAddonFile = 'contrastive_kernels.node';

/** Directory of the sources, which the package brings. */
const native = (): string => join(packageRoot(), 'native');

/** Sources that are compiled once for each set of instructions, and its flags. */
const vectorSources = ['winograd.cc', 'strided.cc', 'norm.cc'];
const instructionSets = [
  ['-mavx512f', '-mavx512dq', '-mavx512vl', '-mfma', '-mprefer-vector-width=512'],
  ['-mavx2', '-mfma'],
];

/** Sources that every processor runs. */
const plainSources = [
  'pool.cc',
  'updates.cc',
  'register.cc',
  'register-convolution.cc',
  'register-norm.cc',
  'register-addresses.cc',
  'register-updates.cc',
];

/** Compilations of the kernels: a source with its flags. */
const kernelParts: readonly {readonly source: string; readonly flags: readonly string[]}[] = [
  ...vectorSources.flatMap(source => instructionSets.map(flags => ({source, flags}))),
  ...plainSources.map(source => ({source, flags: []})),
];

/** For every part. Products may be fused with sums: they round once less. */
const optimised = ['-O3', '-pthread', '-ffp-contract=fast', '-DNODE_GYP_MODULE_NAME=contrastive_kernels'];

/**
 * All symbols are looked up at loading, and the library stays: TensorFlow and our threads hold on to it when the worker
 * that loaded it has ended.
 */
const linkFlags = [
  '-shared',
  '-pthread',
  '-Xlinker',
  '-z',
  '-Xlinker',
  'now',
  '-Xlinker',
  '-z',
  '-Xlinker',
  'nodelete',
];

/** Changes with whatever our addons are made of: by it a set-up knows that it must compile them again. */
export function sourcesDigest(): string {
  const hash = createHash('sha256').update(JSON.stringify([kernelParts, optimised, linkFlags]));
  const files = readdirSync(native(), {recursive: true, encoding: 'utf8'})
    .filter(name => /\.(cc|h)$/.test(name))
    .sort();
  for (const name of files) hash.update(readFileSync(join(native(), name)));
  return hash.digest('hex').slice(0, 12);
}

/** Compiles the addon that holds back chatter, which needs no TensorFlow, into a file. */
export async function compileQuietAddon(compiler: string, target: string, place: Workplace): Promise<void> {
  const args = [
    '-shared',
    '-DNODE_GYP_MODULE_NAME=contrastive_quiet',
    '-I',
    nodeHeaders(),
    join(native(), 'quiet.cc'),
    '-o',
    target,
  ];
  await compile(compiler, args, dirname(target), place);
}

/**
 * Compiles the kernels against TensorFlow's framework library into a file. Where that cannot be, training does without
 * them, and a line says so.
 */
export async function compileKernels(
  compiler: string,
  framework: string,
  target: string,
  place: Workplace,
): Promise<void> {
  const objects = kernelParts.map((part, index) => ({...part, object: `${target}.${index}.o`}));
  const common = [...optimised, '-I', nodeHeaders()];
  try {
    await together(
      objects.map(
        ({source, flags, object}) =>
          (inPlace: Workplace) =>
            compile(
              compiler,
              [...common, ...flags, '-c', join(native(), 'kernels', source), '-o', object],
              dirname(target),
              inPlace,
            ),
      ),
      place,
    );
    const link = [framework, '-Xlinker', '-rpath', '-Xlinker', dirname(framework)];
    await compile(
      compiler,
      [...linkFlags, ...objects.map(({object}) => object), ...link, '-o', target],
      dirname(target),
      place,
    );
  } catch (error) {
    place.signal?.throwIfAborted();
    if (!(error instanceof SetUpError) || error.failure !== 'compile') {
      throw error;
    }
    place.phases.line(
      `Our own kernels could not be compiled, so training runs on TensorFlow's, about 1.5 × slower: ${error.message}`,
    );
    await rm(target, {force: true});
  } finally {
    await Promise.all(objects.map(({object}) => rm(object, {force: true})));
  }
}

/** Those of our addons that lie in a directory. */
export const presentAddons = (directory: string): string[] =>
  [quietAddonFile, kernelsAddonFile].filter(name => existsSync(join(directory, name)));
