import {ranges, type PageBackend, type Settings} from '../settings.js';
import {part} from './elements.js';

const numbers = {size: 'size', batchSize: 'batch-size', steps: 'steps', seed: 'seed'} as const;

const keys = ['size', 'batchSize', 'steps', 'seed'] as const;

/** The form of settings. */
export interface Form {
  /** What is in it now. */
  read(): Settings;
  /** Fills in what the reader has not chosen. */
  propose(settings: Settings): void;
  /** The backend that the reader wants, if any. */
  backend(): PageBackend | undefined;
  /** Whether it may be changed. */
  enable(may: boolean): void;
}

/**
 * Brings the form to life.
 *
 * @param onBackend Called when another backend is wanted.
 */
export function createForm(onBackend: () => void): Form {
  const form = part('settings', HTMLFormElement);
  const method = part('method', HTMLSelectElement);
  const runsOn = part('runs-on', HTMLSelectElement);
  const inputs = Object.fromEntries(keys.map(key => [key, part(numbers[key], HTMLInputElement)]));
  const touched = new Set<EventTarget>();
  form.addEventListener('input', ({target}) => {
    if (target) touched.add(target);
  });
  runsOn.addEventListener('change', onBackend);
  for (const key of keys) {
    const [least, most] = ranges[key];
    Object.assign(inputs[key], {min: String(least), max: String(most), step: '1'});
  }
  return {
    read: () => {
      const [size, batchSize, steps, seed] = keys.map(key => inputs[key].valueAsNumber);
      return {method: method.value === 'moco-v2' ? 'moco-v2' : 'simclr', size, batchSize, steps, seed};
    },
    propose: settings => {
      for (const key of keys) if (!touched.has(inputs[key])) inputs[key].value = String(settings[key]);
    },
    backend: () => (['webgpu', 'webgl', 'wasm'] as const).find(name => name === runsOn.value),
    enable: may => {
      form.querySelector('fieldset')?.toggleAttribute('disabled', !may);
    },
  };
}
