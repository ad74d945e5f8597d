import {getBackend} from '@tensorflow/tfjs-core';
import {test} from 'vitest';

/** Declares a test that only the native backend can run; elsewhere it is skipped and its name ends with the reason. */
export function nativeOnly(reason: string, name: string, body: () => void | Promise<void>): void {
  const native = getBackend() === 'tensorflow';
  test.skipIf(!native)(native ? name : `${name} (needs native TensorFlow: ${reason})`, body);
}
