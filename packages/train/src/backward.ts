import * as tf from '@tensorflow/tfjs-core';
import {show} from '@contrastive/internal';

/** One recorded operation. */
type TapeNode = ReturnType<typeof tf.engine>['state']['activeTape'][number];

/** A value and its gradient for each variable, in their order; undefined where the value does not depend on it. */
interface ValueAndGradients {
  readonly value: tf.Scalar;
  readonly gradients: readonly (tf.Tensor | undefined)[];
}

const freeSaved = ({saved}: TapeNode): void => {
  tf.dispose(saved ?? []);
};

/** What was computed, and the operations that made it. */
export interface Recorded<T extends tf.TensorContainer> {
  /** The caller's. */
  readonly value: T;
  /** What it holds is freed by {@link backward}, or by {@link forget}. */
  readonly tape: TapeNode[];
}

/** Frees what operations saved for the way back. */
export const forget = ({tape}: Pick<Recorded<tf.Tensor>, 'tape'>): void => {
  tape.forEach(freeSaved);
};

/** Runs `f` and records its operations; what it saved for the way back is kept, the rest is freed. */
export function record<T extends tf.TensorContainer>(f: () => T): Recorded<T> {
  const {state} = tf.engine();
  if (state.gradientDepth > 0)
    throw new Error('train: expected no gradient around a step, got one; run it outside tf.grad and tf.variableGrads.');
  const tape: TapeNode[] = [];
  state.activeTape = tape;
  state.gradientDepth++;
  try {
    return {value: tf.tidy(f), tape};
  } catch (error) {
    tape.forEach(freeSaved);
    throw error;
  } finally {
    state.gradientDepth--;
    state.activeTape = [];
  }
}

/** The nodes through which `ys` depend on the variables, last first, and the tensors that depend on them. */
function path(
  tape: readonly TapeNode[],
  variables: readonly tf.Tensor[],
  ys: readonly tf.Tensor[],
): {nodes: TapeNode[]; reached: ReadonlySet<number>} {
  const reached = new Set(variables.map(({id}) => id));
  const dependent = tape.filter(({inputs, outputs}) => {
    const depends = Object.values(inputs).some(({id}) => reached.has(id));
    if (depends) for (const {id} of outputs) reached.add(id);
    return depends;
  });
  const leading = new Set(ys.map(({id}) => id));
  const nodes = dependent.reverse().filter(({inputs, outputs}) => {
    const leads = outputs.some(({id}) => leading.has(id));
    if (leads) for (const {id} of Object.values(inputs)) leading.add(id);
    return leads;
  });
  return {nodes, reached};
}

/**
 * Gradients on their way, by the tensor that they are of. A gradient function may hand one tensor to several: it is
 * freed with the last.
 */
class Pending {
  private readonly of = new Map<number, tf.Tensor>();
  private readonly uses = new Map<tf.Tensor, number>();

  /** Adds what was found for several tensors; all of it is counted before anything is freed. */
  add(found: readonly (readonly [number, tf.Tensor])[]): void {
    for (const [, gradient] of found) this.use(gradient);
    for (const [id, gradient] of found) {
      const before = this.take(id);
      if (before === undefined) {
        this.of.set(id, gradient);
      } else {
        const sum = tf.add(before, gradient);
        this.use(sum);
        this.of.set(id, sum);
        this.free(before);
        this.free(gradient);
      }
    }
  }

  /** Takes the gradient of a tensor out; `free` it after use. */
  take(id: number): tf.Tensor | undefined {
    const gradient = this.of.get(id);
    this.of.delete(id);
    return gradient;
  }

  free(gradient: tf.Tensor): void {
    const left = (this.uses.get(gradient) ?? 0) - 1;
    if (left > 0) {
      this.uses.set(gradient, left);
    } else {
      this.uses.delete(gradient);
      gradient.dispose();
    }
  }

  private use(gradient: tf.Tensor): void {
    this.uses.set(gradient, (this.uses.get(gradient) ?? 0) + 1);
  }
}

/** The gradients of one node's inputs, as far as they are wanted. */
function inputGradients(
  {kernelName, inputs, gradient}: TapeNode,
  dys: (tf.Tensor | undefined)[],
  wanted: ReadonlySet<number>,
): [number, tf.Tensor][] {
  if (gradient === undefined)
    throw new Error(
      `train: expected a gradient of ${kernelName}, got none; import '@tensorflow/tfjs', or leave it out of the ` +
        'method.',
    );
  const found: [number, tf.Tensor][] = [];
  tf.tidy(() => {
    const {id: before} = tf.scalar(0);
    // What was not made here (a saved tensor, a constant of the caller's) is not ours to free.
    const ours = (dx: tf.Tensor): boolean => dx.id > before || dys.includes(dx);
    // The type leaves out that outputs nothing depends on may be undefined; they count as zeros.
    const functions = gradient(dys as tf.Tensor[]);
    for (const [name, {id, shape}] of Object.entries(inputs)) {
      if (!wanted.has(id)) continue;
      const dx = tf.tidy(() => functions[name]());
      if (!tf.util.arraysEqual(dx.shape, shape)) {
        throw new Error(
          `train: expected a gradient of shape [${shape.join(', ')}] of ${kernelName} for its input ${name}, got ` +
            `[${dx.shape.join(', ')}]; mend its gradient function.`,
        );
      }
      found.push([id, ours(dx) ? dx : tf.clone(dx)]);
    }
    return found.map(([, dx]) => dx);
  });
  return found;
}

/**
 * The gradients of what was recorded, as TensorFlow.js computes them, with less memory: what an operation saved, and
 * each gradient on its way, is freed as soon as it was used, where TensorFlow.js holds all of them to the end.
 *
 * @param dys For some of the recorded values, the gradient of a scalar in it; borrowed.
 * @returns The gradients of that scalar in the variables, in their order, the caller's; undefined where it does not
 * depend on one.
 */
export function backward(
  {tape}: Pick<Recorded<tf.Tensor>, 'tape'>,
  dys: readonly (readonly [y: tf.Tensor, dy: tf.Tensor])[],
  variables: readonly tf.Tensor[],
): readonly (tf.Tensor | undefined)[] {
  try {
    const ys = dys.map(([y]) => y);
    const {nodes, reached} = path(tape, variables, ys);
    const onPath = new Set(nodes);
    for (const node of tape) if (!onPath.has(node)) freeSaved(node);
    return tf.tidy(() => {
      const pending = new Pending();
      pending.add(dys.map(([{id}, dy]) => [id, tf.clone(dy)] as const));
      for (const node of nodes) {
        const found = node.outputs.map(({id}) => pending.take(id));
        if (found.some(dy => dy !== undefined)) {
          pending.add(inputGradients(node, found, reached));
          for (const dy of found) if (dy !== undefined) pending.free(dy);
        }
        freeSaved(node);
      }
      return variables.map(({id}) => pending.take(id));
    });
  } catch (error) {
    tape.forEach(freeSaved);
    throw error;
  }
}

/**
 * The value of `f` and its gradients, by {@link backward}.
 *
 * @returns Tensors that are the caller's.
 * @throws `TypeError` unless `f` gives a float32 scalar.
 */
export function valueAndGradients(f: () => tf.Scalar, variables: readonly tf.Tensor[]): ValueAndGradients {
  const recorded = record(f);
  const {value} = recorded;
  const given: unknown = value; // JavaScript callers may give anything
  if (!(given instanceof tf.Tensor)) {
    forget(recorded);
    const advice = typeof given === 'function' ? 'call what makes the loss, as ntXent()' : 'give the tensor itself';
    throw new TypeError(`train: expected a float32 scalar, a tensor, as loss, got ${show(given)}; ${advice}.`);
  }
  try {
    if (value.rank !== 0 || value.dtype !== 'float32') {
      forget(recorded);
      throw new TypeError(
        `train: expected a float32 scalar as loss, got ${value.dtype} of shape [${value.shape.join(', ')}]; take ` +
          'its mean.',
      );
    }
    return {value, gradients: tf.tidy(() => [...backward(recorded, [[value, tf.onesLike(value)]], variables)])};
  } catch (error) {
    value.dispose();
    throw error;
  }
}
