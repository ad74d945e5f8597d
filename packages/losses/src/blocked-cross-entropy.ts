import * as tf from '@tensorflow/tfjs-core';
import {advised, integer} from '@contrastive/internal';
import {masked} from './softmax-cross-entropy.js';

/** How many rows may be compared at a time. */
export const blockSizeRule = advised(
  integer({least: 1}),
  'give a number of rows, of which 256 to 1024 are fast, or leave it out to compare all at once',
);

/** What the rows of {@link blockedCrossEntropy} are compared with. */
interface BlockedOptions {
  /** How many rows are compared at a time. */
  readonly blockSize: number;
  /**
   * The negatives of every row, `[k, d]`, constant. Without them the rows are two views, one below the other, and a
   * row's negatives are the rows of other images.
   */
  readonly negatives?: tf.Tensor2D;
}

/** The losses of a block of rows, and with a tape what the mean loss of all rows changes by. */
interface Block {
  /** `[length]` */
  readonly losses: tf.Tensor1D;
  /** By these rows, `[length, d]`. */
  readonly dRows?: tf.Tensor2D;
  /** By their positives, `[length]`. */
  readonly dPositives?: tf.Tensor1D;
  /** By all rows as negatives of these, `[m, d]`. */
  readonly dNegatives?: tf.Tensor2D;
}

/** The pieces `[start, length]` of `count` rows. */
function* pieces(count: number, size: number): Generator<readonly [start: number, length: number]> {
  for (let start = 0; start < count; start += size) yield [start, Math.min(size, count - start)];
}

/** Takes both views of each row's own image out of `logits`, `[length, 2n]`. */
function maskOwnImage(logits: tf.Tensor2D, start: number): tf.Tensor2D {
  const [length, columns] = logits.shape;
  const n = columns / 2;
  const images = tf.tensor1d(Int32Array.from({length}, (_, i) => (start + i) % n)); // [length]
  const own = tf.equal(tf.expandDims(images, 1), tf.range(0, n, 1, 'int32')); // [length, n]; oneHot refuses n = 1
  const mask = tf.mul(tf.cast(own, 'float32'), masked);
  const byView = tf.reshape(logits, [length, 2, n]);
  return tf.reshape<tf.Rank.R2>(tf.add(byView, tf.expandDims(mask, 1)), [length, columns]);
}

/** Compares `length` of the rows, with logits `[length, k]` that live no longer than this call. */
function compare(
  rows: tf.Tensor2D,
  positives: tf.Tensor1D,
  [start, length]: readonly [number, number],
  negatives: tf.Tensor2D | undefined,
  wanted: boolean,
): Block {
  const others = negatives ?? rows; // [k, d]
  const own = tf.slice(rows, [start, 0], [length, -1]); // [length, d]
  const positive = tf.reshape(tf.slice(positives, start, length), [length, 1]);
  const logits = tf.tidy(() => {
    const products = tf.matMul<tf.Tensor2D>(own, others, false, true);
    return negatives ? products : maskOwnImage(products, start);
  }); // [length, k]
  const top = tf.maximum(tf.max(logits, 1, true), positive); // [length, 1]
  const exponentials = tf.tidy(() => tf.exp(tf.sub<tf.Tensor2D>(logits, top))); // [length, k]
  logits.dispose();
  const rest = tf.sum(exponentials, 1, true); // [length, 1]
  const total = tf.add(rest, tf.exp(tf.sub(positive, top)));
  const losses = tf.reshape<tf.Rank.R1>(tf.add(tf.log(total), tf.sub(top, positive)), [length]);
  if (!wanted) return {losses};

  const scale = tf.div(1 / rows.shape[0], total); // [length, 1]: from exponentials to shares of the mean's gradient
  return {
    losses,
    dRows: tf.mul<tf.Tensor2D>(tf.matMul(exponentials, others), scale),
    // Not the positive's probability − 1, which loses the digits of a small loss.
    dPositives: tf.reshape<tf.Rank.R1>(tf.neg(tf.mul(rest, scale)), [length]),
    ...(!negatives && {dNegatives: tf.matMul<tf.Tensor2D>(exponentials, tf.mul(own, scale), true)}),
  };
}

/** `sum + term`; both are freed. */
function accumulate(sum: tf.Tensor2D | undefined, term: tf.Tensor2D): tf.Tensor2D {
  if (sum === undefined) return term;
  const total = tf.add<tf.Tensor2D>(sum, term);
  tf.dispose([sum, term]);
  return total;
}

/**
 * The mean cross-entropy of finding each row's positive among its negatives, `log(exp(p) + Σ exp(row · negative)) − p`,
 * without the matrix of all logits: it is made a block of rows at a time, so some three times `blockSize · k` numbers
 * live at once.
 *
 * With a tape, the gradient is computed on the way, from logits that are there anyway; without one that work is left
 * out. The gradient has no gradient of its own.
 *
 * @param rows `[m, d]` float32; differentiable.
 * @param positives The logit of each row's positive, `[m]`; differentiable.
 * @param options How many rows make a block, and the negatives where they are not the rows; see {@link BlockedOptions}.
 * @returns A scalar, the caller's to dispose.
 */
export function blockedCrossEntropy(
  rows: tf.Tensor2D,
  positives: tf.Tensor1D,
  {blockSize, negatives}: BlockedOptions,
): tf.Scalar {
  const crossEntropy = tf.customGrad<tf.Scalar>((x, p, save) => {
    const taped = tf.engine().state.gradientDepth > 0;
    const blocks: Block[] = [];
    let dNegatives: tf.Tensor2D | undefined;
    for (const piece of pieces(rows.shape[0], blockSize)) {
      const block = tf.tidy(() => ({...compare(x as tf.Tensor2D, p as tf.Tensor1D, piece, negatives, taped)}));
      if (block.dNegatives) dNegatives = accumulate(dNegatives, block.dNegatives);
      blocks.push(block);
    }
    if (taped) {
      const dRows = tf.concat(blocks.flatMap(({dRows}) => dRows ?? [])); // [m, d]
      const dPositives = tf.concat(blocks.flatMap(({dPositives}) => dPositives ?? [])); // [m]
      (save as tf.GradSaveFunc)([dNegatives ? tf.add(dRows, dNegatives) : dRows, dPositives]);
    }
    return {
      value: tf.mean<tf.Scalar>(tf.concat(blocks.map(({losses}) => losses))),
      gradFunc: (dy: tf.Scalar, gradients: tf.Tensor[]) => gradients.map(gradient => tf.mul(gradient, dy)),
    };
  });
  return crossEntropy(rows, positives);
}
