import {createRequire} from 'node:module';
import {withoutChatter} from './chatter.js';

/** What native/quiet.cc exports. */
interface QuietAddon {
  hold(): boolean;
  release(): string;
}

const require = createRequire(import.meta.url);

const loadAddon = (path: string): QuietAddon | undefined => {
  try {
    return require(path) as QuietAddon;
  } catch {
    return undefined; // the native package was set up by other means: its chatter comes through
  }
};

/**
 * Runs `action` with the error stream held back, then puts out what was written to it, less TensorFlow's start-up
 * chatter; also when `action` throws.
 *
 * @param addonPath the compiled addon; where it cannot be loaded, nothing is held back.
 * @param action synchronous work that may load or start TensorFlow.
 */
export function quietly<T>(addonPath: string, action: () => T): T {
  const addon = loadAddon(addonPath);
  const holding = addon?.hold() ?? false;
  try {
    return action();
  } finally {
    if (holding) {
      process.stderr.write(withoutChatter(addon?.release() ?? ''));
    }
  }
}
