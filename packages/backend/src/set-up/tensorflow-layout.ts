import {existsSync, readdirSync, realpathSync} from 'node:fs';
import {join} from 'node:path';

/** Where the parts of a TensorFlow lie that an addon is compiled against; absolute paths. */
export interface TensorflowLayout {
  /** Directory that `#include "tensorflow/c/c_api.h"` starts from. */
  readonly include: string;
  /** Directory of the libraries, without links. */
  readonly libraryDirectory: string;
  /** The libraries to link: TensorFlow and its framework. */
  readonly libraries: readonly [tensorflow: string, framework: string];
  /** Directories of CUDA libraries that came with it, in a Python environment's layout. */
  readonly cudaDirectories: readonly string[];
}

/** Libraries of TensorFlow's C interface, by the names that its distributions give them, best first. */
const libraryNames = ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so'];
const frameworkNames = ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'];

const firstIn = (directory: string, names: readonly string[]): string | undefined =>
  names.map(name => join(directory, name)).find(path => existsSync(path));

function cudaDirectoriesOf(sitePackages: string): string[] {
  const nvidia = join(sitePackages, 'nvidia');
  return existsSync(nvidia)
    ? readdirSync(nvidia)
        .map(name => join(nvidia, name, 'lib'))
        .filter(path => existsSync(path))
    : [];
}

/**
 * Finds TensorFlow's C library and headers in a directory: a Python environment's `site-packages`, the `tensorflow`
 * package in it, or an unpacked libtensorflow archive (`include/`, `lib/`). Undefined where it is none of these.
 */
export function findTensorflow(directory: string): TensorflowLayout | undefined {
  const candidates = [
    {
      include: join(directory, 'tensorflow', 'include'),
      libraries: join(directory, 'tensorflow'),
      sitePackages: directory,
    },
    {include: join(directory, 'include'), libraries: directory, sitePackages: join(directory, '..')},
    {include: join(directory, 'include'), libraries: join(directory, 'lib'), sitePackages: undefined},
  ];
  for (const {include, libraries, sitePackages} of candidates) {
    const library = firstIn(libraries, libraryNames);
    const framework = firstIn(libraries, frameworkNames);
    if (library !== undefined && framework !== undefined && existsSync(join(include, 'tensorflow', 'c', 'c_api.h'))) {
      return {
        include: realpathSync(include),
        libraryDirectory: realpathSync(libraries),
        libraries: [library, framework],
        cudaDirectories: sitePackages === undefined ? [] : cudaDirectoriesOf(realpathSync(sitePackages)),
      };
    }
  }
  return undefined;
}
