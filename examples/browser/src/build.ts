import {readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {reasonOf} from '@contrastive/internal';
import {build, preview} from 'vite';
import {SAMPLE} from './sample-format.js';

/** The folder of this example, whether this runs from `src/` or from `dist/`. */
const root = fileURLToPath(new URL('..', import.meta.url));

/** What a built page is made of. */
const own: readonly string[] = ['index.html', 'assets', SAMPLE.file, SAMPLE.licence];

/**
 * Throws unless a folder is free, or has a page that was built before: building removes what is there.
 *
 * @param outDir The folder, which need not be there.
 */
async function checkFolder(outDir: string): Promise<void> {
  const names = await readdir(outDir).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`browser: expected a folder for the page as --out, got ${reasonOf(cause)}; choose another.`, {
      cause,
    });
  });
  const other = names.find(name => !own.includes(name));
  if (other === undefined) return;
  throw new Error(
    `browser: expected a new folder, or a page that was built before, as --out, got ${other} in ${outDir}; choose ` +
      'another folder.',
  );
}

/** What a built page's scripts take. */
interface PageSize {
  /** Bytes of all scripts, as they are and by gzip; a page loads those of one backend. */
  readonly scripts: number;
  readonly compressed: number;
}

/**
 * Builds the page into a folder that any server can serve.
 *
 * @param outDir As an absolute path.
 */
export async function buildPage(outDir: string): Promise<PageSize> {
  await checkFolder(outDir);
  await build({root, logLevel: 'warn', build: {outDir}});
  const size = {scripts: 0, compressed: 0};
  for (const name of await readdir(join(outDir, 'assets'))) {
    if (!name.endsWith('.js')) continue;
    const script = await readFile(join(outDir, 'assets', name));
    size.scripts += script.length;
    size.compressed += gzipSync(script).length;
  }
  return size;
}

/** A page that is served. */
interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves a built page on this machine alone.
 *
 * @param port The next free one from here on.
 */
export async function servePage(outDir: string, port: number): Promise<Served> {
  const server = await preview({root, logLevel: 'warn', build: {outDir}, preview: {host: '127.0.0.1', port}});
  return {address: server.resolvedUrls?.local[0] ?? '', close: async () => server.close()};
}
