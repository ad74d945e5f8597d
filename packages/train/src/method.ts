import type {NamedTensorMap, Scalar, Tensor, Tensor2D, Variable} from '@tensorflow/tfjs-core';
import type {Views} from '@contrastive/data';
import type {Communicator} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';

export type {Views};

/** What a step knows of its place in the run. */
export interface StepContext {
  /** Counted from 0. */
  readonly step: number;
  /** The seed of the run, for what a method draws at random. */
  readonly seed: number;
  /** The ranks that train together, each on its share of the batch; a process by itself by default. */
  readonly communicator?: Communicator;
}

/** How views are projected. */
export interface ProjectOptions {
  /** Whether the running statistics of BatchNorm move, true by default. */
  readonly updateStatistics?: boolean;
  /** The ranks that train together, each on its share of the batch; a process by itself by default. */
  readonly communicator?: Communicator;
}

/** The projections of a method that trains on both views alike. */
export interface Projections extends NamedTensorMap {
  /** Projections of view one, `[n, d]`. */
  z1: Tensor2D;
  /** Projections of view two, `[n, d]`. */
  z2: Tensor2D;
}

/**
 * Everything that a self-supervised method is. The loop calls, for each batch and in this order: `targets` (outside the
 * tape), `project` and `loss` (inside it), the optimiser, `update`. Techniques for large batches work between `project`
 * and `loss`.
 *
 * `T` is what `targets` gives and `P` what `project` gives: tensors with one row an image, so that slices and gathers
 * treat them alike.
 */
export interface Method<T extends NamedTensorMap = NamedTensorMap, P extends NamedTensorMap = NamedTensorMap> {
  /** What the training is for, where it is one network: checkpoints keep how its images are prepared. */
  readonly encoder?: LayersModel;
  /** What the optimiser trains, by stable name, for example `encoder/layer1.0.conv1/kernel`. */
  readonly parameters: Readonly<Record<string, Variable>>;
  /** Constants of this step, computed outside the gradient tape: the keys of MoCo, labels for a supervised loss. */
  targets(views: Views, context: StepContext): T;
  /**
   * Differentiable: the projections that the loss compares. Runs on micro-batches too; with `updateStatistics: false`
   * the running statistics of BatchNorm stay as they are. Gradients by `tf.customGrad` have memory of their own, not
   * that of a tensor that a method keeps: several ranks sum them where they lie.
   */
  project(views: Views, options?: ProjectOptions): P;
  /**
   * Differentiable: the loss of these projections, a scalar. Where several ranks train, of the rows of all. A gradient
   * goes through what `project` returned and through parameters, not through tensors that a method keeps elsewhere.
   */
  loss(projections: P, targets: T): Scalar;
  /**
   * Whether the loss is a mean over images, of each by its own rows, so that a rank needs no rows of others: each takes
   * that of its own, and their mean counts. By default the projections of all ranks are gathered for the loss.
   */
  readonly localLoss?: boolean;
  /** After the optimiser stepped: momentum update, enqueue. The targets are those of all ranks. */
  update(targets: T, context: StepContext): void;
  /**
   * Awaited in the first step of a run, before anything is updated: rejects where the method cannot train so, which it
   * may learn from the device.
   */
  check?(): Promise<void>;
  /**
   * Outside the tape: the loss of a batch of n images that the networks map to one point, where the method can tell;
   * the run is watched for it.
   */
  collapsedLoss?(n: number): Scalar;
  /** A word on a step where what is published of the method surprises; the run says it once. */
  remark?(record: {readonly step: number; readonly loss: number}): string | undefined;
  /** Outside the tape: contrastive accuracy, entropy and the like, as scalars. */
  metrics?(projections: P, targets: T): NamedTensorMap;
  /** Live variables that a resumed run needs, allocated at creation: weights, statistics, queue, position. */
  state(): Readonly<Record<string, Variable>>;
  /**
   * Copies saved state back, by name, from tensors that live until the promise is fulfilled; rejects before changing
   * anything when a name or shape does not fit.
   */
  restore(tensors: Readonly<Record<string, Tensor>>): Promise<void>;
  /** Frees what the method made (key network, queue), never the caller's encoder or head. */
  dispose(): void;
}
