import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {advised, checkOptions, checkValue, having, integer, number, required, type Rules} from '@contrastive/internal';
import {pairWeights} from '@contrastive/layers';

const momentumRule = advised(number({least: 0, most: 1}), 'it is the fraction that stays, 0.999 in MoCo');

/** Settings of {@link updateMomentum}. */
export interface UpdateMomentumOptions {
  /**
   * The weights of the source that the target's follow, such as those that are trained, where others are frozen and the
   * target began as a copy: m·θ + (1 − m)·θ is θ but for its last digit. All learned weights by default.
   */
  readonly only?: ReadonlySet<tf.Variable>;
}

const updateRules: Rules<UpdateMomentumOptions> = {
  only: having('a set of variables', ['has'], 'give new Set(Object.values(parameters))'),
};

/**
 * The momentum update of MoCo, θ_target ← m·θ_target + (1 − m)·θ_source, in place (He et al. 2020, arXiv 1911.05722,
 * equation 2).
 *
 * For each learned weight (kernels, biases, γ and β, frozen or not, unless told otherwise); running statistics follow
 * the target's own forward passes, as in the authors' code.
 *
 * @param target The network that follows, such as the key encoder.
 * @param source The network that is trained, such as the query encoder; left alone.
 * @param momentum The fraction of the target that stays, from 0 to 1.
 * @throws `TypeError` or `RangeError` for a momentum out of range, `Error` that names the first weight that does not
 * pair, before anything changes.
 * @example
 * ```ts
 * updateMomentum(keyEncoder, encoder, 0.999);
 * ```
 */
export function updateMomentum(
  target: LayersModel,
  source: LayersModel,
  momentum: number,
  options: UpdateMomentumOptions = {},
): void {
  checkValue('updateMomentum', 'momentum', momentum, momentumRule);
  checkOptions('updateMomentum', options, updateRules);
  const pairs = pairWeights('updateMomentum', target, source).filter(
    pair => pair.parameter && options.only?.has(pair.source) !== false,
  );
  tf.tidy(() => {
    const [targets, sources] = [pairs.map(pair => pair.target), pairs.map(pair => pair.source)];
    const moved = movedTogether(targets, sources, momentum);
    if (moved) {
      targets.forEach((target, i) => {
        target.assign(moved[i]);
      });
      return;
    }
    // Made once for all weights: a scalar costs as much as an operation on a small tensor.
    const [stays, comes] = [tf.scalar(momentum), tf.scalar(1 - momentum)];
    for (const pair of pairs) {
      tf.tidy(() => {
        pair.target.assign(tf.add(tf.mul(pair.target, stays), tf.mul(pair.source, comes)));
      });
    }
  });
}

/** The new weights, in one pass, by the backend's kernel `MomentumStep`; undefined where it has none. */
function movedTogether(
  targets: readonly tf.Tensor[],
  sources: readonly tf.Tensor[],
  momentum: number,
): tf.Tensor[] | undefined {
  // The registry's type omits that there may be none.
  const kernel = tf.getKernel('MomentumStep', tf.getBackend()) as tf.KernelConfig | undefined;
  if (kernel == null || targets.length === 0) return undefined;
  const inputs = [...targets, ...sources, tf.tensor1d([momentum, 1 - momentum])];
  return tf.engine().runKernel<tf.Tensor[]>('MomentumStep', Object.fromEntries(inputs.entries()));
}

/** The momentum of the key network at a step, counted from 0. */
export type MomentumSchedule = (step: number) => number;

/** Options of {@link cosineMomentum}. */
export interface CosineMomentumOptions {
  /** The momentum at step 0, from 0 to 1; 0.99 by default. */
  readonly base?: number;
  /** The step from which on the momentum is 1; an integer from 1 on. */
  readonly steps: number;
}

const rules: Rules<CosineMomentumOptions> = {base: momentumRule, steps: required(integer({least: 1}))};

/**
 * A momentum that grows from `base` to 1 along half a cosine, 1 − (1 − base)·(1 + cos(π·step/steps))/2, as in BYOL
 * (Grill et al. 2020, arXiv 2006.07733, section 3.3) and MoCo v3 (Chen, Xie and He 2021, arXiv 2104.02057). MoCo v1 and
 * v2 keep it constant.
 *
 * @throws `TypeError` or `RangeError` for an option out of range.
 * @example
 * ```ts
 * cosineMomentum({base: 0.99, steps: 100})(50); // 0.995
 * ```
 */
export function cosineMomentum(options: CosineMomentumOptions): MomentumSchedule {
  checkOptions('cosineMomentum', options, rules);
  const {base = 0.99, steps} = options;
  return step => 1 - (1 - base) * 0.5 * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)));
}
