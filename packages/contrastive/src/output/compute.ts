import {setUpProject, useBackend, type Backend} from '@contrastive/backend';
import {reasonOf} from '@contrastive/internal';
import type {Output} from './output.js';

/** What the user may ask for. */
type Named = 'tensorflow' | 'wasm' | 'cpu';

/** What is said before native TensorFlow is set up. */
const SET_UP =
  'Native TensorFlow is not ready here: setting it up, once. This downloads about 250 MB and takes some minutes; ' +
  '--backend wasm does without it and trains about six times slower.';

/**
 * Makes TensorFlow.js ready. Where native TensorFlow could be had and is not set up, it is set up first, after saying
 * so.
 *
 * @param name What the user asks for; `CONTRASTIVE_BACKEND`, else the fastest, by default.
 * @throws Error, as `useBackend` and `setUpProject`.
 */
export async function startBackend(name: Named | undefined, output: Output): Promise<Backend> {
  const asked = name ?? process.env.CONTRASTIVE_BACKEND ?? '';
  const native = asked === '' || asked === 'tensorflow';
  if (native) {
    try {
      return told(await useBackend('tensorflow'), output);
    } catch (error) {
      // Anything else than a part that is missing is told by the last call.
      if (/not installed|not set up|does not load/.test(reasonOf(error))) {
        output.note(SET_UP);
        await setUpProject();
      }
    }
  }
  return told(await useBackend(name), output);
}

function told(backend: Backend, output: Output): Backend {
  const {name, device, version, threads} = backend;
  output.record({event: 'backend', name, device, version, threads});
  return backend;
}
