import {util} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type WasmBackend, withWorkspace} from './workspace.js';

/**
 * Registers `UnsortedSegmentSum` on wasm, the gradient of gathering: inputs {x `[n, …]` float32 or int32, segmentIds
 * `[n]` int32}, attrs {numSegments}; output `[numSegments, …]` of the type of x, each row the sum of its segment's.
 * Rows with a negative segment are dropped.
 */
export const registerUnsortedSegmentSum = (): void => {
  replaceKernel<WasmBackend, {numSegments: number}>(
    'UnsortedSegmentSum',
    'wasm',
    ({inputs: {x, segmentIds}, attrs: {numSegments}, backend}) =>
      withWorkspace(backend, w => {
        const {dtype} = x;
        if (dtype !== 'float32' && dtype !== 'int32') {
          throw new TypeError(
            `UnsortedSegmentSum: expected values of float32 or int32, got ${dtype}; cast them before`,
          );
        }
        const rowShape = x.shape.slice(segmentIds.shape.length);
        const length = util.sizeFromShape(rowShape);
        const result = w.make([numSegments, ...rowShape], dtype);
        const from = backend.typedArrayFromHeap(x);
        const to = backend.typedArrayFromHeap(result).fill(0);
        let source = 0;
        for (const segment of backend.typedArrayFromHeap(segmentIds)) {
          if (segment >= numSegments) {
            throw new RangeError(
              `UnsortedSegmentSum: expected segments below ${String(numSegments)}, got ${String(segment)}`,
            );
          }
          for (let i = 0; i < length && segment >= 0; i++) {
            to[segment * length + i] += from[source + i];
          }
          source += length;
        }
        return result;
      }),
  );
};
