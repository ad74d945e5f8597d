import {getBackend} from '@tensorflow/tfjs-core';
import {describe, type TestOptions} from 'vitest';
import {find, type Tool} from '../../scripts/tools.mjs';

/**
 * Declares tests that need a tool of the machine. Where it is missing they are skipped, and the name of their suite
 * says so: `npm test` counts them by it.
 */
export function withTool(tool: Tool, name: string, options: TestOptions, tests: () => void): void {
  const there = find(tool) !== undefined;
  describe.skipIf(!there)(there ? name : `${name} (needs ${tool})`, options, tests);
}

/** How long a test in a browser may take on a busy machine, where software draws, in milliseconds. */
const SLOW_PAGES = {timeout: 180_000};

/** Declares tests in a browser. Pages have backends of their own, so these run once: beside native TensorFlow. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (getBackend() === 'tensorflow') withTool('chromium', name, SLOW_PAGES, tests);
  else describe.skip(`${name} (needs native TensorFlow: pages have backends of their own)`, tests);
}
