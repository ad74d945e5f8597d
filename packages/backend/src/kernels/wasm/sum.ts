import {util} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type WasmBackend, withWorkspace} from './workspace.js';

interface Attributes {
  /** All axes where there is none. */
  readonly axis?: number | number[] | null;
  readonly keepDims?: boolean;
}

/**
 * A shape seen as `[outer, reduced, inner]`; undefined where axes that stay lie between the reduced ones.
 *
 * @param axes Ascending.
 */
const collapse = (shape: readonly number[], axes: readonly number[]): [number, number, number] | undefined => {
  const [first, end] = axes.length === 0 ? [0, 0] : [axes[0], axes[axes.length - 1] + 1];
  if (end - first !== axes.length) return undefined;
  return [shape.slice(0, first), shape.slice(first, end), shape.slice(end)].map(util.sizeFromShape) as never;
};

/** Sums of fewer numbers lose no digits that count, and the stock kernels are faster at many short ones. */
const FEW = 64;

/** Sums over the middle axis, in double precision, each divided at the end; of float32. */
const sumMiddle = (
  from: Float32Array,
  to: Float32Array,
  [outer, reduced, inner]: readonly [number, number, number],
  divisor: number,
): void => {
  if (inner === 1) {
    for (let o = 0, i = 0; o < outer; o++) {
      let [a, b] = [0, 0]; // two, because each addition waits for the one before
      const end = i + reduced;
      for (; i + 1 < end; i += 2) {
        a += from[i];
        b += from[i + 1];
      }
      if (i < end) a += from[i++];
      to[o] = (a + b) / divisor;
    }
    return;
  }
  const sums = new Float64Array(inner);
  for (let o = 0, i = 0; o < outer; o++) {
    sums.fill(0);
    for (let r = 0; r < reduced; r++) for (let c = 0; c < inner; c++) sums[c] += from[i++];
    for (let c = 0; c < inner; c++) to[o * inner + c] = sums[c] / divisor;
  }
};

/**
 * Registers `Sum` and `Mean` of float32 on wasm. The stock kernels add one number after another in float32, so that a
 * sum of a million loses its last three digits, and small terms behind large ones altogether.
 */
export const registerSum = (): void => {
  for (const kernelName of ['Sum', 'Mean']) {
    replaceKernel<WasmBackend, Attributes>(kernelName, 'wasm', ({inputs: {x}, attrs, backend}, stock) => {
      const axes = [...new Set(util.parseAxisParam(attrs.axis as number[], x.shape))].sort((a, b) => a - b);
      const count = util.sizeFromShape(axes.map(axis => x.shape[axis]));
      const stays = x.shape.map((_, axis) => axis).filter(axis => !axes.includes(axis));
      if (x.dtype !== 'float32' || (stock && count < FEW)) {
        if (stock) return stock({inputs: {x}, attrs: {...attrs, axis: axes}, backend});
        throw new Error(
          `${kernelName} on wasm: the stock kernel is missing; import @tensorflow/tfjs-backend-wasm before the ` +
            'kernels are registered',
        );
      }
      return withWorkspace(backend, w => {
        const sides = collapse(x.shape, axes);
        const input = sides ? x : w.run('Transpose', {x}, {perm: [...stays, ...axes]});
        const kept = stays.map(axis => x.shape[axis]);
        const shape = attrs.keepDims ? x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side)) : kept;
        const result = w.make(shape);
        const divisor = kernelName === 'Mean' ? count : 1;
        sumMiddle(w.floats(input), w.floats(result), sides ?? [util.sizeFromShape(kept), count, 1], divisor);
        return result;
      });
    });
  }
};
