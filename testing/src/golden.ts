import {readFileSync} from 'node:fs';

/**
 * Reads golden values: `golden(import.meta.url, 'resnet')` is `golden/resnet.json` beside the test file. Cast it once
 * to its shape.
 */
export function golden(testUrl: string, name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, testUrl), 'utf8'));
}
