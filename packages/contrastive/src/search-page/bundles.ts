import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {packageFolder} from '../run/version.js';

/** What `browser/` is built to: scripts, the style sheet, and wasm. */
type Bundle = 'served.js' | 'site.js' | 'encoder.js' | 'style.css' | 'tfjs-backend-wasm-simd.wasm';

/**
 * The path of something that runs in pages, as it was built.
 *
 * @throws Error where it was not.
 */
export function bundlePath(name: Bundle): string {
  const path = join(packageFolder(), 'dist', 'search-page', name);
  if (existsSync(path)) return path;
  throw new Error(`contrastive: expected the file ${path}, got none; install contrastive again, or build it.`);
}

/** The text of something that runs in pages. */
export const bundleText = (name: Bundle): string => readFileSync(bundlePath(name), 'utf8').trim();
