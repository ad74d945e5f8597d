import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import type {NativePackage} from '../native/native-package.js';
import {packageRoot} from '../package-root.js';
import {isComplete, writeEntry} from './cache.js';
import {lastLines, runProgram} from './run-program.js';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';
import type {TensorflowLayout} from './tensorflow-layout.js';
import {requireCompiler} from './tools.js';
import type {Workplace} from './workplace.js';

/** The compiled files, in a directory of the cache. */
export const addonFile = 'tfjs_binding.node';
/** Our own addon, which holds back TensorFlow's start-up chatter. */
export const quietAddonFile = 'contrastive_quiet.node';

/** What every compilation here has. */
const flags = ['-std=c++17', '-O2', '-fPIC', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];

/** CUDA's libraries that TensorFlow opens while it runs; not their parts, which they open themselves. */
const cudaLibrary = /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|nvJitLink|cudnn|nccl|cupti)\.so\.\d+$/;

const nodeHeaders = (): string => {
  const {include_dir: directory} = createRequire(import.meta.url)('node-api-headers') as {include_dir: string};
  return directory;
};

const quietSource = (): string => join(packageRoot(), 'native', 'quiet.cc');

const bindingSources = ({directory}: NativePackage): string[] =>
  readdirSync(join(directory, 'binding')).filter(name => name.endsWith('.cc')).sort().map(name => join(directory, 'binding', name));

/** Where the linker and, later, the loader find the libraries. */
function linkArguments({libraries, libraryDirectory, cudaDirectories}: TensorflowLayout): string[] {
  const paths = [libraryDirectory, ...cudaDirectories].flatMap(path => ['-Xlinker', '-rpath', '-Xlinker', path]);
  if (cudaDirectories.length === 0) {
    return [...libraries, ...paths];
  }
  // TensorFlow opens CUDA's libraries by name while it runs, and finds those that are loaded already: so the addon needs them itself, and needs
  // them even though it calls none. As RPATH, not RUNPATH, the paths also serve the libraries that those need in turn.
  const cuda = cudaDirectories.flatMap(path => readdirSync(path).filter(name => cudaLibrary.test(name)).map(name => join(path, name)));
  return [...libraries, '-Xlinker', '--no-as-needed', ...cuda, '-Xlinker', '--disable-new-dtags', ...paths];
}

/** A name for the addon that changes with whatever it is made of. */
function addonKey(native: NativePackage, tensorflow: TensorflowLayout): string {
  const hash = createHash('sha256');
  const stats = tensorflow.libraries.map(path => statSync(path)).map(({size, mtimeMs}) => [size, mtimeMs]);
  hash.update(JSON.stringify([flags, linkArguments(tensorflow), native.version, process.arch, stats]));
  for (const source of [...bindingSources(native), quietSource()]) {
    hash.update(readFileSync(source));
  }
  return hash.digest('hex').slice(0, 12);
}

async function compile(compiler: string, args: readonly string[], cwd: string, {cache, signal}: Workplace): Promise<void> {
  const result = await runProgram(compiler, [...flags, ...args], {cwd, signal, env: {TMPDIR: cwd}});
  if (result.code !== 0) {
    const message = `${result.output}\n${result.errors}`;
    const error = /^.*(?:error|cannot find|undefined reference).*$/m.exec(message)?.[0].trim() ?? lastLines(result);
    throw tellsOfFullDisk(message)
      ? diskFull(cache)
      : new SetUpError('compile', `${compiler} could not compile TensorFlow's addon: ${error}`, 'A g++ of version 9 or newer is needed; CXX names another one.');
  }
}

/** Compiles our own addon, which needs no TensorFlow, into a file. */
export async function compileQuietAddon(compiler: string, target: string, cwd: string, place: Workplace): Promise<void> {
  const args = ['-shared', '-DNODE_GYP_MODULE_NAME=contrastive_quiet', '-I', nodeHeaders(), quietSource(), '-o', target];
  await compile(compiler, args, cwd, place);
}

/**
 * The directory with the addon for a TensorFlow, compiled once from the native package's own sources.
 *
 * @throws SetUpError if there is no compiler, it fails, or the disk is full.
 */
export async function buildAddon(native: NativePackage, tensorflow: TensorflowLayout, place: Workplace): Promise<string> {
  const directory = join(place.cache, `addon-${addonKey(native, tensorflow)}`);
  if (isComplete(directory)) {
    return directory;
  }
  const compiler = requireCompiler();
  await place.phases.run('TensorFlow\'s addon for Node: compiling', 'TensorFlow\'s addon for Node: compiled', () =>
    writeEntry(directory, async temporary => {
      const include = [tensorflow.include, native.directory, join(native.directory, 'binding'), nodeHeaders()].flatMap(path => ['-I', path]);
      const jobs = bindingSources(native).map((source, index) => ({source, object: join(temporary, `${index}.o`)}));
      const abort = new AbortController(); // the first failure ends the others before the directory goes
      const signal = place.signal === undefined ? abort.signal : AbortSignal.any([place.signal, abort.signal]);
      const tasks = [
        ...jobs.map(({source, object}) => compile(compiler, ['-c', ...include, source, '-o', object], temporary, {...place, signal})),
        compileQuietAddon(compiler, join(temporary, quietAddonFile), temporary, {...place, signal}),
      ];
      try {
        await Promise.all(tasks);
      } catch (error) {
        abort.abort(error);
        await Promise.allSettled(tasks);
        throw error;
      }
      const objects = jobs.map(({object}) => object);
      await compile(compiler, ['-shared', ...objects, ...linkArguments(tensorflow), '-o', join(temporary, addonFile)], temporary, place);
      await Promise.all(objects.map(object => rm(object)));
      return [addonFile, quietAddonFile];
    }));
  return directory;
}
