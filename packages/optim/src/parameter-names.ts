/** What a parameter is in its layer: the last part of its name. */
const kind = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * Whether a parameter is none of a BatchNorm's, by its name: false for `…/gamma` and `…/beta`. For `decays` of `sgd` as
 * the authors of SimCLR have it without LARS: biases decay (Chen et al. 2020, arXiv 2002.05709, the authors' code).
 *
 * @param name For example `encoder/layer1.0.bn1/gamma`.
 * @example
 * ```ts
 * const optimizer = sgd(method.parameters, {nesterov: true, weightDecay: 1e-6, decays: exceptNorm});
 * ```
 */
export const exceptNorm = (name: string): boolean => !['gamma', 'beta'].includes(kind(name));

/**
 * Whether a parameter is neither a BatchNorm's nor a bias, by its name: false for `…/gamma`, `…/beta` and `…/bias`.
 * What LARS decays and adapts in SimCLR (Chen et al. 2020, arXiv 2002.05709, the authors' code).
 *
 * @param name For example `head/projection1/bias`.
 * @example
 * ```ts
 * const optimizer = sgd(method.parameters, {weightDecay: 5e-4, decays: exceptNormAndBias});
 * ```
 */
export const exceptNormAndBias = (name: string): boolean => exceptNorm(name) && kind(name) !== 'bias';
