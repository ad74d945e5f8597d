import {replaceKernel} from '../register.js';
import {type WasmBackend, withWorkspace} from './workspace.js';

/**
 * Registers `SparseSoftmaxCrossEntropy` on wasm: inputs {logits `[n, k]` float32, labels `[n]` int32}, outputs [loss
 * `[n]`, its gradient `[n, k]`].
 */
export const registerSparseSoftmaxCrossEntropy = (): void => {
  replaceKernel<WasmBackend, unknown>('SparseSoftmaxCrossEntropy', 'wasm', ({inputs: {logits, labels}, backend}) =>
    withWorkspace(backend, w => {
      const [n, k] = logits.shape;
      const [loss, gradient] = [w.make([n]), w.make([n, k])];
      const values = w.floats(logits);
      const classes = backend.typedArrayFromHeap(labels);
      const losses = w.floats(loss);
      const gradients = w.floats(gradient);
      for (let row = 0, start = 0; row < n; row++, start += k) {
        const label = classes[row];
        if (label < 0 || label >= k) {
          throw new RangeError(
            `SparseSoftmaxCrossEntropy: expected labels in [0, ${String(k)}), got ${String(label)} in row ` +
              String(row),
          );
        }
        let largest = -Infinity;
        for (let i = start; i < start + k; i++) {
          largest = Math.max(largest, values[i]);
        }
        let sum = 0;
        for (let i = start; i < start + k; i++) {
          const exponential = Math.exp(values[i] - largest);
          gradients[i] = exponential;
          sum += exponential;
        }
        for (let i = start; i < start + k; i++) {
          gradients[i] /= sum;
        }
        gradients[start + label] -= 1;
        losses[row] = Math.log(sum) + largest - values[start + label];
      }
      return [loss, gradient];
    }),
  );
};
