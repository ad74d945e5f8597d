import {show} from '@contrastive/internal';
import {badFile, FETCH_AGAIN, SAVE_AGAIN} from '../bad-file.js';
import type {ByteSource} from '../byte-source.js';
import {LONGEST} from '../header.js';
import {parseJson} from '../parse-json.js';
import {compareNames} from '../write-safetensors.js';

/** How the index of a model in several files is called: as its one file would be, and this. */
export const INDEX = '.index.json';

/** Whether a path is that of an index. */
export const isIndex = (path: string): boolean => path.endsWith(INDEX);

/** A name of a file beside the index: none that leads out of its directory. */
const isBeside = (file: unknown): file is string =>
  typeof file === 'string' && /^[^/\\:\0]+$/.test(file) && file !== '.' && file !== '..';

/** The file that holds each tensor, by the index of a model in several files. */
export async function readIndex(where: string, source: ByteSource): Promise<ReadonlyMap<string, string>> {
  if (source.size > LONGEST)
    throw badFile(where, `an index of at most ${LONGEST} bytes`, `${source.size}`, 'check the path');
  const map = weightMap(where, await source.read(0, source.size));
  for (const [name, file] of map) {
    if (isBeside(file)) continue;
    const expected = `the name of a file beside the index as weight_map of ${show(name)}`;
    throw badFile(
      where,
      expected,
      show(file),
      'put the files beside the index, and trust no index that leads elsewhere',
    );
  }
  return map as ReadonlyMap<string, string>;
}

function weightMap(where: string, bytes: Uint8Array): ReadonlyMap<string, unknown> {
  let json: unknown;
  try {
    json = parseJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw badFile(where, 'JSON in UTF-8 as an index', reason, FETCH_AGAIN, cause);
  }
  const map: unknown = Reflect.get(Object(json) as object, 'weight_map');
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw badFile(where, 'an object of files as weight_map', show(map), SAVE_AGAIN);
  return new Map(Object.entries(map));
}

/** The index of a model in several files, as the transformers library writes it. */
export function indexText(totalSize: number, map: ReadonlyMap<string, string>): string {
  const sorted = [...map].sort(([a], [b]) => compareNames(a, b));
  const entries = sorted.map(([name, file]) => `    ${JSON.stringify(name)}: ${JSON.stringify(file)}`);
  const weights = entries.length > 0 ? `{\n${entries.join(',\n')}\n  }` : '{}';
  return `{\n  "metadata": {\n    "total_size": ${totalSize}\n  },\n  "weight_map": ${weights}\n}\n`;
}
