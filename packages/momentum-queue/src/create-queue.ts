import * as tf from '@tensorflow/tfjs-core';
import {advised, checkOptions, integer, required, type Rules} from '@contrastive/internal';
import {requireBackend, seedFor} from '@contrastive/layers';
import {l2Normalize} from '@contrastive/losses';

/** What {@link createQueue} needs. */
export interface QueueOptions {
  /**
   * Number of keys that it holds, K in the paper; an integer from 1 on. MoCo takes 65536 for ImageNet, 4096 for CIFAR.
   */
  readonly size: number;
  /** Length of a key, C in the paper; an integer from 1 on. */
  readonly dim: number;
  /** Seed of the rows that it starts with, any integer, 0 by default. */
  readonly seed?: number;
}

const rules: Rules<QueueOptions> = {
  size: required(advised(integer({least: 1}), 'MoCo takes 65536')),
  dim: required(advised(integer({least: 1}), 'give the length of a key')),
  seed: integer(),
};

/** The variables of a queue: all that a resumed run needs. */
export interface QueueState extends Readonly<Record<string, tf.Variable>> {
  /** The keys, `[size, dim]` with rows of length 1, in the order of their places. */
  readonly rows: tf.Variable;
  /** The place of the next key, a scalar int32 from 0 to `size − 1`: the oldest key lies there. */
  readonly position: tf.Variable;
}

/** First in, first out: the newest `size` keys, each L2-normalised. */
export interface KeyQueue {
  /** Number of keys, always. */
  readonly size: number;
  /** Length of a key. */
  readonly dim: number;
  /** The place of the next key, from 0 to `size − 1`; known without asking the device. */
  readonly position: number;
  /**
   * The keys as they are now, `[size, dim]` with rows of length 1: the negatives of a batch, when taken before it is
   * enqueued.
   *
   * @returns The caller's to dispose. It shares the memory of the queue, so it costs nothing, and later calls of
   * `enqueue` leave it as it is: a gradient
   *   tape may hold it.
   */
  negatives(): tf.Tensor2D;
  /**
   * Puts keys in the places of the oldest ones, in their order; at the end of the queue it goes on at the start, so any
   * number up to `size` fits.
   *
   * @param keys `[n, dim]` float32 with n from 1 to `size`; each row is L2-normalised here. Stays the caller's.
   * @throws `TypeError` for another rank or data type, `RangeError` for another length of the keys or more than `size`
   * of them.
   */
  enqueue(keys: tf.Tensor2D): void;
  /** Live variables that a resumed run needs, to be read; `restore` brings saved ones back. */
  state(): QueueState;
  /**
   * Copies saved state back, tensors that may be disposed once the promise is fulfilled.
   *
   * @throws `Error` (a rejection), before anything changes, for a missing tensor, another shape or data type, or a
   * position outside the queue.
   */
  restore(tensors: Readonly<Record<string, tf.Tensor>>): Promise<void>;
  /** Frees the variables. */
  dispose(): void;
}

/** What messages begin with. */
const ENQUEUE = 'KeyQueue.enqueue';

function checkKeys(keys: tf.Tensor2D, size: number, dim: number): void {
  // JavaScript callers may pass any rank.
  const rank: number = keys.rank;
  const shape = `[${keys.shape.join(', ')}]`;
  if (rank !== 2 || keys.dtype !== 'float32') {
    throw new TypeError(
      `${ENQUEUE}: expected a float32 matrix [n, ${dim}] of keys, got ${keys.dtype} ${shape}; give one row an ` +
        'image.',
    );
  }
  const [n, length] = keys.shape;
  if (length !== dim)
    throw new RangeError(`${ENQUEUE}: expected keys [n, ${dim}], got ${shape}; create the queue with dim: ${length}.`);
  if (n < 1 || n > size) {
    throw new RangeError(
      `${ENQUEUE}: expected 1 to ${size} keys, the size of the queue, got ${n}; use a larger queue or ` +
        'a smaller batch.',
    );
  }
}

/**
 * The queue of keys of MoCo (He et al. 2020, arXiv 1911.05722, section 3.2): the negatives of a batch are the keys of
 * the batches before it. It starts with random directions, as the authors' code does, and holds `size` rows from then
 * on.
 *
 * Paper's code: the queue is `[dim, size]` and its size a multiple of the batch. Here: rows are keys, and a batch that
 * reaches the end goes on at the start.
 *
 * @param options Size and seed; see {@link QueueOptions}.
 * @returns The queue; the caller disposes it.
 * @throws `TypeError` or `RangeError` for an option out of range, before any tensor is made.
 * @example
 * ```ts
 * const queue = createQueue({size: 4096, dim: 128, seed: 1});
 * const negatives = queue.negatives(); // [4096, 128]
 * queue.enqueue(keys); // [256, 128]
 * ```
 */
export function createQueue(options: QueueOptions): KeyQueue {
  checkOptions('createQueue', options, rules);
  requireBackend('createQueue');
  const {size, dim, seed = 0} = options;
  const [rows, place] = tf.tidy(() => [
    tf.variable(l2Normalize(tf.randomNormal<tf.Rank.R2>([size, dim], 0, 1, 'float32', seedFor(seed, 'queue'))), false),
    tf.variable(tf.scalar(0, 'int32'), false),
  ]);
  const state: QueueState = {rows, position: place};
  let position = 0; // as `place` has it: reading a variable would wait for the device

  function moveTo(next: number): void {
    place.assign(tf.scalar(next, 'int32'));
    position = next;
  }

  return {
    size,
    dim,
    get position() {
      return position;
    },
    negatives: () => tf.clone(rows as tf.Tensor as tf.Tensor2D),
    enqueue(keys) {
      checkKeys(keys, size, dim);
      tf.tidy(() => {
        const n = keys.shape[0];
        const beyond = Math.max(0, position + n - size); // these keys go to the start
        const part = (from: tf.Tensor2D, begin: number, end: number): tf.Tensor2D[] =>
          end > begin ? [tf.slice(from, begin, end - begin)] : [];
        const old = rows as tf.Tensor as tf.Tensor2D; // [size, dim]
        const fresh = l2Normalize(keys);
        rows.assign(
          tf.concat([
            ...part(fresh, n - beyond, n),
            ...part(old, beyond, position),
            ...part(fresh, 0, n - beyond),
            ...part(old, position + n, size),
          ]),
        );
        moveTo((position + n) % size);
      });
    },
    state: () => state,
    async restore(tensors) {
      for (const [name, variable] of Object.entries(state)) checkSaved(name, tensors[name], variable);
      const saved = await savedPosition(tensors.position, size);
      tf.tidy(() => {
        // Joined, to copy bit for bit: a clone would share the memory of the array that a saved tensor was made from,
        // which its owner may use again, and arithmetic makes zeros of the smallest numbers.
        rows.assign(tf.slice(tf.concat([tensors.rows as tf.Tensor2D, tf.zeros<tf.Rank.R2>([1, dim])]), 0, size));
        moveTo(saved);
      });
    },
    dispose() {
      tf.dispose([rows, place]);
    },
  };
}

function checkSaved(name: string, saved: tf.Tensor | undefined, {dtype, shape}: tf.Variable): void {
  const wanted = `${dtype} [${shape.join(', ')}]`;
  const got = saved && `${saved.dtype} [${saved.shape.join(', ')}]`;
  if (got === wanted) return;
  throw new Error(
    `KeyQueue.restore: expected ${wanted} as ${name}, got ${got ?? 'nothing'}; restore it into a queue of the ` +
      'same size.',
  );
}

/** Reads a position from the device. */
async function savedPosition(tensor: tf.Tensor, size: number): Promise<number> {
  const [position] = await tensor.data<'int32'>();
  if (position >= 0 && position < size) return position;
  throw new Error(
    `KeyQueue.restore: expected a position from 0 to ${size - 1}, got ${position}; the saved state is damaged.`,
  );
}
