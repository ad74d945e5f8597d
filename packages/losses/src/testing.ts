import * as tf from '@tensorflow/tfjs-core';
import {advised, callable, checkOptions, checkValue, flag, integer, reasonOf, type Rules} from '@contrastive/internal';
import type {Loss, LossInput} from './contract.js';
import {randomBatch, type BatchShape} from './testing/batch.js';
import * as rules from './testing/rules.js';

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

const optionRules: Rules<CheckLossOptions> = {
  negatives: flag,
  labels: flag,
  permutationInvariant: flag,
  viewSwapInvariant: flag,
  n: integer({least: 4}),
  d: integer({least: 2}),
  seed: integer({least: 0}),
};

/** What some rules find; what the loss throws is a finding too. */
async function hold(
  to: rules.Check,
  loss: Loss<Required<LossInput>>,
  batch: LossInput,
  shape: BatchShape,
): Promise<rules.Finding[]> {
  const findings: rules.Finding[] = [];
  try {
    for await (const finding of to(loss, batch, shape)) findings.push(finding);
  } catch (error) {
    findings.push([
      'runs',
      `threw “${reasonOf(error)}” on a batch that it is to take; take any rows, use operations with gradients, and ` +
        'say in the options what it needs (negatives, labels).',
    ]);
  }
  return findings;
}

/**
 * Holds a loss to the contract of a `Loss`: what it returns and owns, finite values and gradients, what it claims to be
 * invariant to, and that it uses what it is given. It needs no test runner: await it inside a test of any, on any
 * backend.
 *
 * @param loss The loss.
 * @param options What it takes and claims; see {@link CheckLossOptions}.
 * @returns Fulfilled when the loss keeps the contract.
 * @throws `Error` that names each broken rule and how to mend it, `TypeError` or `RangeError` for arguments that make
 * no check.
 * @example
 * ```ts
 * test('keeps the contract', async () => {
 *   await checkLoss(myLoss({temperature: 0.2}), {negatives: true});
 * });
 * ```
 */
export async function checkLoss(loss: Loss<Required<LossInput>>, options: CheckLossOptions = {}): Promise<void> {
  checkValue('checkLoss', 'loss', loss, advised(callable, 'call its factory first, as in checkLoss(ntXent())'));
  checkOptions('checkLoss', options, optionRules);
  const {negatives = false, labels = false, permutationInvariant = true, viewSwapInvariant = false} = options;
  const {n = 8, d = 5, seed = 1} = options;
  const shape = {n, d, k: negatives ? n + 3 : 0, labels, seed};
  const checks = [
    rules.leaks,
    rules.repeats,
    rules.leavesInput,
    rules.finite,
    rules.dependsOnZ1,
    ...(permutationInvariant ? [rules.permutation] : []),
    ...(viewSwapInvariant ? [rules.viewSwap] : []),
    ...(negatives ? [rules.usesNegatives] : []),
    ...(labels ? [rules.usesLabels] : []),
  ];
  const batches = [0, 1].map(() => tf.tidy(() => ({...randomBatch(shape)}))); // the first may not live long
  const found = await hold(rules.ownership, loss, batches[0], shape);
  // Without a result, or with its input gone, nothing else can be told.
  if (found.every(([rule]) => rule === 'no-leak'))
    for (const to of checks) found.push(...(await hold(to, loss, batches[1], shape)));
  tf.dispose(batches);

  // One cause shows in many places.
  const first = found.filter(([rule], i) => found.findIndex(([other]) => other === rule) === i);
  if (first.length === 0) return;
  const list = first.map(([rule, message]) => `- ${rule}: ${message}`).join('\n');
  const broken = first.length === 1 ? 'a rule' : `${first.length} rules`;
  throw new Error(`checkLoss: expected a loss that keeps the contract, got one that breaks ${broken} of it:\n${list}`);
}
