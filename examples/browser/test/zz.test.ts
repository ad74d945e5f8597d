import {test} from 'vitest';
import {writeFileSync} from 'node:fs';
import {getBackend} from '@tensorflow/tfjs-core';
import {lossesOf, methods} from './golden-training.js';
test('x', async () => {
  const out: Record<string, number[]> = {};
  for (const m of methods) {
    const t = performance.now();
    out[m] = await lossesOf(m);
    console.log(m, out[m], performance.now() - t);
  }
  writeFileSync(`/tmp/w/losses-${getBackend()}.json`, JSON.stringify(out));
}, 900_000);
