import type {NamedTensorMap, Tensor, Variable} from '@tensorflow/tfjs-core';

/** The learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;

/** Trained variables by stable name, for example `encoder/layer1.0.conv1/kernel`. */
export type Parameters = Readonly<Record<string, Variable>>;

/** Changes its parameters in place, given their gradients. */
export interface Optimizer {
  /** What it changes: `train` refuses one that was made for another method. One of your own may leave it out. */
  readonly parameters?: Parameters;
  /**
   * One update. `gradients` has one tensor for each parameter, by name, and stays the caller's.
   * The learning rate is an argument, so schedules are plain functions of the step.
   */
  apply(gradients: NamedTensorMap, learningRate: number): void;
  /** Live slot variables that a resumed run needs, by name, allocated at creation. */
  state(): Parameters;
  /**
   * Copies saved slots back, by name, from tensors that live until the promise is fulfilled; rejects before changing
   * anything when a name or shape does not fit.
   */
  restore(tensors: Readonly<Record<string, Tensor>>): Promise<void>;
  /** Frees the slots, never the parameters. */
  dispose(): void;
}
