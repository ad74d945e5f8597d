import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The npm package that carries TensorFlow's addon, for GPU and CPU alike. */
export const nativePackageName = '@tensorflow/tfjs-node-gpu';

/** The directory of this package, the same whether its sources or its build run. */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    directory = dirname(directory);
  }
  return directory;
}

/** The version that a package's manifest states. */
export function packageVersion(directory: string): string {
  const {version} = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {version: string};
  return version;
}

/** An installed native package; whether it works is another question. */
export interface NativePackage {
  /** Its directory. */
  readonly directory: string;
  /** Its version. */
  readonly version: string;
  /** Where it looks for its addon. */
  readonly addon: string;
  /** Where our own addon lies that holds back TensorFlow's start-up chatter. */
  readonly quietAddon: string;
  /** Where our own addon lies that has the training kernels for the processor. */
  readonly kernelsAddon: string;
  /** Where the record of our set-up lies. */
  readonly stamp: string;
}

/** Describes the native package in a directory. */
export function nativePackageAt(directory: string): NativePackage {
  const library = join(directory, 'lib', 'napi-v8');
  return {
    directory,
    version: packageVersion(directory),
    addon: join(library, 'tfjs_binding.node'),
    quietAddon: join(library, 'contrastive_quiet.node'),
    kernelsAddon: join(library, 'contrastive_kernels.node'),
    stamp: join(library, 'contrastive.json'),
  };
}

/** The directory of an installed package as seen from a file or directory, or undefined where it is not installed. */
export function resolvePackage(name: string, from: string): string | undefined {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name, 'package.json'))) {
      return join(folder, name);
    }
  }
  return undefined;
}

/**
 * Finds the native package that `useBackend` would load, or undefined where none is installed.
 *
 * @param from further directories (projects) to look from, after this package's own place.
 */
export function findNativePackage(...from: readonly string[]): NativePackage | undefined {
  for (const place of [import.meta.url, ...from.map(directory => join(directory, 'package.json'))]) {
    const directory = resolvePackage(nativePackageName, place);
    if (directory !== undefined) {
      return nativePackageAt(directory);
    }
  }
  return undefined;
}
