import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

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
