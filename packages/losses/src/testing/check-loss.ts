import * as tf from '@tensorflow/tfjs-core';
import type {Loss, LossInput} from '../contract.js';
import {randomBatch, type BatchShape} from './batch.js';
import type {LossFinding} from './finding.js';
import * as rules from './rules.js';

/** What a loss takes and claims, for {@link checkLoss}. */
export interface CheckLossOptions {
  /** Whether it takes `negatives`, and is given some; by default no. */
  readonly negatives?: boolean;
  /** Whether it takes `labels`, and is given some, of two classes; by default no. */
  readonly labels?: boolean;
  /** Whether the order of the images is not to matter; by default yes. */
  readonly permutationInvariant?: boolean;
  /** Whether the views may be swapped; by default no. */
  readonly viewSwapInvariant?: boolean;
  /** Images in a batch, at least 4, by default 8. */
  readonly n?: number;
  /** Numbers in a projection, at least 2, by default 5. */
  readonly d?: number;
  /** Of the random numbers, a whole number from 0, by default 1. */
  readonly seed?: number;
}

function atLeast(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `checkLoss: ${option} must be a whole number from ${least}, got ${value}; leave it out for the default.`,
    );
  }
}

/** The shape of the batches, from the options. */
function batchShape({negatives = false, labels = false, n = 8, d = 5, seed = 1}: CheckLossOptions): BatchShape {
  atLeast('n', n, 4);
  atLeast('d', d, 2);
  atLeast('seed', seed, 0);
  return {n, d, k: negatives ? n + 3 : 0, labels, seed};
}

/** Runs `f`, and frees the tensors that came into being meanwhile. */
function withoutLitter(f: () => LossFinding[]): LossFinding[] {
  let findings: LossFinding[] = [];
  tf.tidy(() => {
    findings = f();
  });
  return findings;
}

/** What some rules find; what the loss throws is a finding too. */
function hold(to: rules.Rules, loss: Loss<Required<LossInput>>, batch: LossInput, shape: BatchShape): LossFinding[] {
  const findings: LossFinding[] = [];
  try {
    for (const finding of to(loss, batch, shape)) findings.push(finding);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    findings.push({
      rule: 'runs',
      message:
        `threw “${reason}” on a batch that it is to take; take any rows, use operations with gradients, and say in ` +
        'the options what it needs (negatives, labels).',
    });
  }
  return findings;
}

/**
 * The rules of the contract that a loss breaks, as {@link checkLoss} finds them.
 *
 * @param loss The loss.
 * @param options What it takes and claims; see {@link CheckLossOptions}.
 * @returns The findings, each rule at most once; empty for a loss that keeps the contract.
 * @throws `TypeError` when `loss` is no function, `RangeError` for batches that are too small to tell.
 */
export function lossFindings(loss: Loss<Required<LossInput>>, options: CheckLossOptions = {}): LossFinding[] {
  // JavaScript callers may pass anything.
  if (typeof (loss as unknown) !== 'function') {
    throw new TypeError(
      `checkLoss: the loss must be a function, got ${typeof loss}; call its factory first, as in checkLoss(ntXent()).`,
    );
  }
  const shape = batchShape(options);
  const {permutationInvariant = true, viewSwapInvariant = false} = options;
  return withoutLitter(() => {
    const broken = hold(rules.ownership, loss, randomBatch(shape), shape);
    // Without a result, or with its input gone, nothing else can be told.
    if (broken.some(({rule}) => rule !== 'no-leak')) return broken;
    const others = [
      rules.leaks,
      rules.repeats,
      rules.leavesInput,
      rules.finite,
      rules.dependsOnZ1,
      ...(permutationInvariant ? [rules.permutation] : []),
      ...(viewSwapInvariant ? [rules.viewSwap] : []),
      ...(shape.k > 0 ? [rules.usesNegatives] : []),
      ...(shape.labels ? [rules.usesLabels] : []),
    ];
    const batch = randomBatch(shape);
    return [...broken, ...others.flatMap(to => hold(to, loss, batch, shape))];
  }).filter(({rule}, i, all) => all.findIndex(other => other.rule === rule) === i); // one cause shows in many places
}

/**
 * Holds a loss to the contract of a `Loss`: what it returns and owns, finite values and gradients, what it claims to be
 * invariant to, and that it uses what it is given. It needs no test runner; call it inside a test of any, on a backend
 * that can read numbers synchronously (all but webgpu).
 *
 * @param loss The loss.
 * @param options What it takes and claims; see {@link CheckLossOptions}.
 * @throws `Error` that names each broken rule and how to mend it, `TypeError` or `RangeError` for arguments that make
 * no check.
 * @example
 * ```ts
 * test('keeps the contract', () => {
 *   checkLoss(myLoss({temperature: 0.2}), {negatives: true});
 * });
 * ```
 */
export function checkLoss(loss: Loss<Required<LossInput>>, options: CheckLossOptions = {}): void {
  const findings = lossFindings(loss, options);
  if (findings.length === 0) return;
  const list = findings.map(({rule, message}) => `- ${rule}: ${message}`).join('\n');
  throw new Error(
    `checkLoss: the loss breaks ${findings.length === 1 ? 'a rule' : `${findings.length} rules`} of the ` +
      `contract:\n${list}`,
  );
}
