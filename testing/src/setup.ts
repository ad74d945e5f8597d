import {useBackend} from '@contrastive/backend';
import {expect} from 'vitest';
import {toBeAllclose} from './to-be-allclose.js';

expect.extend({toBeAllclose});

/**
 * What decides where tests run. One worker runs many files, so what one changes and leaves would run the next ones
 * elsewhere, in silence.
 */
const worker = globalThis as {environmentAtStart?: string};
const environment = JSON.stringify([
  process.env.CONTRASTIVE_BACKEND,
  process.env.CONTRASTIVE_CONVOLUTIONS,
  process.env.CONTRASTIVE_KERNELS,
  process.env.PATH,
]);
worker.environmentAtStart ??= environment;
if (environment !== worker.environmentAtStart) {
  throw new Error(
    `An earlier test file left the environment changed: ${environment} instead of ${worker.environmentAtStart}. ` +
      'Undo what a test stubs.',
  );
}

await useBackend();
