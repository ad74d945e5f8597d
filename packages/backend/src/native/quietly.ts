import {createRequire} from 'node:module';

/** Lines that TensorFlow writes to the error stream on every start and that ask nothing of the user. */
const patterns: readonly RegExp[] = [
  /^WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR$/,
  // Log lines of level "information", in both of TensorFlow's formats.
  /^I\d{4} [\d:.]+\s+\d+ [\w./-]+:\d+\] /,
  /^\d{4}-\d\d-\d\d [\d:.]+: I [\w./-]+:\d+\] /,
  // The second line of the remark on instruction sets.
  /^To enable the following instructions: .* rebuild TensorFlow with the appropriate compiler flags\.$/,
  // Libraries of the GPU build that register twice.
  /Unable to register cu\w+ (factory|plugin): Attempting to register/,
  /computation placer already registered/,
  /TF-TRT Warning: Could not find TensorRT$/,
];

/**
 * Takes TensorFlow's start-up chatter out of what it wrote to the error stream; every other line stays.
 *
 * @param text any number of lines.
 */
export function withoutChatter(text: string): string {
  return text
    .split('\n')
    .filter(line => !patterns.some(pattern => pattern.test(line)))
    .join('\n');
}

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
