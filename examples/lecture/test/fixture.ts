import {keyOf, type Cell} from '../src/cells.js';
import {valueName, measuresOf} from '../src/figures.js';
import type {Claim, Training} from '../src/experiment.js';
import type {Result} from '../src/results.js';

/** A cell with a value for each measure. */
export const cell = (training: Training, seed: number, values: Cell['values']): Cell => ({
  ...{key: keyOf(training, seed), seed, values, seconds: 60},
  on: {'Node.js': '20.20.0', processor: 'Intel × 2'},
  curve: {steps: [0, 10, 20], loss: [4, 6, 5], accuracy: [90, 20, 40]},
});

/** A result of a claim whose values come of a function. */
export const resultOf = (
  claim: Claim,
  seeds: readonly number[],
  value: (setting: number, seed: number, measure: number) => number,
): Result => ({
  ...{claim: claim.name, quick: false},
  settings: claim.settings.map((setting, i) => ({
    id: setting.id,
    training: setting.training,
    cells: seeds.map(seed =>
      cell(
        setting.training,
        seed,
        Object.fromEntries(
          measuresOf(claim, setting).map((measure, j) => [valueName(claim, measure), value(i, seed, j)]),
        ),
      ),
    ),
  })),
});
