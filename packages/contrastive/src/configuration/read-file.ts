import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {extname, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {isPlain, reasonOf} from '@contrastive/internal';
import {UsageError} from '../program/usage-error.js';

/** How a file of each ending is read. JSON and YAML are data; the others are code of the user's, which runs. */
const readers: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  '.json': async path => JSON.parse(await readFile(path, 'utf8')) as unknown,
  '.yaml': readYaml,
  '.yml': readYaml,
  '.mjs': async path => defaultOf((await import(pathToFileURL(resolve(path)).href)) as object),
  '.js': async path => defaultOf((await import(pathToFileURL(resolve(path)).href)) as object),
  '.ts': readTypeScript,
  '.mts': readTypeScript,
};

async function readYaml(path: string): Promise<unknown> {
  const {parseDocument} = await import('yaml');
  const document = parseDocument(await readFile(path, 'utf8'));
  const wrong = [...document.errors, ...document.warnings]; // a warning is of a tag that makes something
  if (wrong.length > 0) throw wrong[0];
  return document.toJS();
}

async function readTypeScript(path: string): Promise<unknown> {
  const {createJiti} = await import('jiti');
  return defaultOf(await createJiti(import.meta.url).import<object>(pathToFileURL(resolve(path)).href));
}

const defaultOf = (module: object): unknown => ('default' in module ? module.default : undefined);

/**
 * Reads a configuration: `.json`, `.yaml`, `.yml`, or the default export of `.mjs`, `.js`, `.ts`, `.mts`.
 *
 * @param where What messages begin with.
 * @throws UsageError for another ending, a file that cannot be read, and one that has no record.
 */
export async function readConfiguration(where: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const ending = extname(path).toLowerCase();
  if (!Object.hasOwn(readers, ending)) {
    throw new UsageError(
      `${where}: expected a file that ends in ${Object.keys(readers).join(', ')} as --config, got ${path}; rename it ` +
        'by what it is.',
    );
  }
  if (!existsSync(path)) {
    throw new UsageError(
      `${where}: expected a configuration as --config, got ${path}, which is not there; check the path.`,
    );
  }
  let read: unknown;
  try {
    read = await readers[ending](path);
  } catch (cause) {
    throw new UsageError(
      `${where}: expected a configuration as --config, got ${path}, which cannot be read ` +
        `(${reasonOf(cause)}); mend the file.`,
      {cause},
    );
  }
  if (typeof read === 'object' && read !== null && !Array.isArray(read) && isPlain(read))
    return read as Record<string, unknown>;
  const what = ending.endsWith('s') ? 'a default export that is a record' : 'a record';
  throw new UsageError(
    `${where}: expected ${what} of settings in ${path}, got another; write for example ${
      ending.startsWith('.y') ? 'epochs: 20' : ending === '.json' ? '{"epochs": 20}' : 'export default {epochs: 20};'
    }`,
  );
}
