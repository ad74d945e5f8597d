import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {NativePackage} from '../native/native-package.js';
import {isComplete, writeEntry} from './cache.js';
import {compile, flags, nodeHeaders, together} from './compile.js';
import {
  compileKernels,
  compileQuietAddon,
  kernelsAddonFile,
  sourcesDigest,
  presentAddons,
  quietAddonFile,
} from './our-addons.js';
import type {TensorflowLayout} from './tensorflow-layout.js';
import {requireCompiler} from './tools.js';
import type {Workplace} from './phases.js';

/** The compiled binding of TensorFlow, in a directory of the cache. */
export const addonFile = 'tfjs_binding.node';

/** CUDA's libraries that TensorFlow opens while it runs; not their parts, which they open themselves. */
const cudaLibrary = /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|nvJitLink|cudnn|nccl|cupti)\.so\.\d+$/;

const bindingSources = ({directory}: NativePackage): string[] =>
  readdirSync(join(directory, 'binding'))
    .filter(name => name.endsWith('.cc'))
    .sort()
    .map(name => join(directory, 'binding', name));

/** Where the linker and, later, the loader find the libraries. */
function linkArguments({libraries, libraryDirectory, cudaDirectories}: TensorflowLayout): string[] {
  const paths = [libraryDirectory, ...cudaDirectories].flatMap(path => ['-Xlinker', '-rpath', '-Xlinker', path]);
  if (cudaDirectories.length === 0) {
    return [...libraries, ...paths];
  }
  // TensorFlow opens CUDA's libraries by name while it runs, and finds those that are loaded already: so the addon
  // needs them itself, and needs them even though it calls none. As RPATH, not RUNPATH, the paths also serve the
  // libraries that those need in turn.
  const cuda = cudaDirectories.flatMap(path =>
    readdirSync(path)
      .filter(name => cudaLibrary.test(name))
      .map(name => join(path, name)),
  );
  return [...libraries, '-Xlinker', '--no-as-needed', ...cuda, '-Xlinker', '--disable-new-dtags', ...paths];
}

/** A name for the addon that changes with whatever it is made of. */
function addonKey(native: NativePackage, tensorflow: TensorflowLayout): string {
  const hash = createHash('sha256');
  const stats = tensorflow.libraries.map(path => statSync(path)).map(({size, mtimeMs}) => [size, mtimeMs]);
  hash.update(JSON.stringify([flags, linkArguments(tensorflow), native.version, process.arch, stats, sourcesDigest()]));
  for (const source of bindingSources(native)) {
    hash.update(readFileSync(source));
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * The directory with the addons for a TensorFlow, compiled once: the binding from the native package's own sources, and
 * ours.
 *
 * @throws SetUpError if there is no compiler, it fails, or the disk is full.
 */
export async function buildAddon(
  native: NativePackage,
  tensorflow: TensorflowLayout,
  place: Workplace,
): Promise<string> {
  const directory = join(place.cache, `addon-${addonKey(native, tensorflow)}`);
  if (isComplete(directory)) {
    return directory;
  }
  const compiler = requireCompiler();
  await place.phases.run("TensorFlow's addon for Node: compiling", "TensorFlow's addon for Node: compiled", () =>
    writeEntry(directory, async temporary => {
      const include = [tensorflow.include, native.directory, join(native.directory, 'binding'), nodeHeaders()].flatMap(
        path => ['-I', path],
      );
      const jobs = bindingSources(native).map((source, index) => ({source, object: join(temporary, `${index}.o`)}));
      await together(
        [
          ...jobs.map(
            ({source, object}) =>
              (inPlace: Workplace) =>
                compile(compiler, ['-c', ...include, source, '-o', object], temporary, inPlace),
          ),
          inPlace => compileQuietAddon(compiler, join(temporary, quietAddonFile), inPlace),
          inPlace => compileKernels(compiler, tensorflow.libraries[1], join(temporary, kernelsAddonFile), inPlace),
        ],
        place,
      );
      const objects = jobs.map(({object}) => object);
      await compile(
        compiler,
        ['-shared', ...objects, ...linkArguments(tensorflow), '-o', join(temporary, addonFile)],
        temporary,
        place,
      );
      await Promise.all(objects.map(object => rm(object)));
      return [addonFile, ...presentAddons(temporary)];
    }),
  );
  return directory;
}
