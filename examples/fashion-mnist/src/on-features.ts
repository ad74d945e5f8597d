import {
  knn,
  linearProbe,
  mocoLinear,
  predict,
  probe,
  selectRows,
  simclrLinear,
  standardise,
  sweepL2,
  type LinearProbeResult,
  type LinearRecipe,
} from '@contrastive/linear-probe';
import {classCountOf, measured, percentOf, type Column} from './column.js';
import {labelsOf, type Pictures} from './pictures.js';
import type {Settings} from './settings.js';
import type {Start} from './starts.js';

/** Label subsets are another with each seed. Blocks that are the identity would add nothing to the features. */
const informative: Column['has'] = kind => kind !== 'random, γ = 0';
/** Features by the encoder, or pixels: pixels are the same with each seed. */
const frozen: Column['has'] = (kind, first) => informative(kind, first) && (kind !== 'raw pixels' || first);

/** kNN among all images to learn from; nothing is chosen. */
function neighbours({neighbours: k}: Settings): Column {
  return {
    name: 'kNN',
    settings: {k, temperature: 0.1},
    has: frozen,
    cost: 300,
    async run(start, pictures) {
      const {whole, test} = await start.features();
      const {predictions} = await knn(whole, test, {k});
      return measured(predictions, labelsOf(pictures.test), classCountOf(pictures));
    },
  };
}

/** Both figures of linear evaluation by SGD: at the recipe's own rate, and at one chosen on validation images. */
function linear(paper: LinearRecipe, {linearEpochs, linearRates}: Settings): Column[] {
  const recipe = {...paper, epochs: linearEpochs};
  const find = (start: Start, {trainRows, validationRows}: Pictures, seed: number): Promise<LinearProbeResult> =>
    start.shared(recipe.name, async () => {
      const {whole, test} = await start.features();
      const validation = selectRows(whole, validationRows);
      return linearProbe(selectRows(whole, trainRows), test, {recipe, learningRates: linearRates, validation, seed});
    });
  const column = (which: 'asPublished' | 'chosen', name: string, cost: number): Column => ({
    name,
    settings: {recipe, linearRates, which},
    has: frozen,
    cost,
    async run(start, pictures, {seed}) {
      const result = await find(start, pictures, seed);
      const {predictions, learningRate, diverged} = result[which];
      return measured(predictions, result.labels, classCountOf(pictures), {learningRate, diverged});
    },
  });
  return [
    column('asPublished', `${recipe.name}, at ${recipe.learningRate}`, 300),
    column('chosen', `${recipe.name}, chosen`, 0),
  ];
}

/** Logistic regression, its penalty chosen on validation images; then fitted to those too. */
function logistic({penalties}: Settings): Column {
  return {
    name: 'logistic',
    settings: {penalties},
    has: frozen,
    cost: 640,
    async run(start, pictures) {
      const {whole, test} = await start.features();
      const train = selectRows(whole, pictures.trainRows);
      const scale = standardise(train);
      const validation = scale.apply(selectRows(whole, pictures.validationRows));
      const {model, l2} = await sweepL2(scale.apply(train), validation, {l2Grid: penalties});
      const predictions = await predict(model, scale.apply(test));
      return measured(predictions, labelsOf(pictures.test), classCountOf(pictures), {l2});
    },
  };
}

/** Logistic regression on part of the labels, the penalty chosen on a held-out fifth of those. */
function fewLabels(share: number, {penalties}: Settings): Column {
  return {
    name: `logistic, ${percentOf(share)}`,
    settings: {penalties, share},
    has: informative,
    cost: 2_000 * share,
    async run(start, pictures, {seed}) {
      const {whole, test} = await start.features();
      const labelCounts = [Math.round(share * whole.rows)];
      const [{predictions, l2}] = await probe(whole, test, {labelCounts, l2Grid: penalties, seed});
      return measured(predictions, labelsOf(pictures.test), classCountOf(pictures), {l2});
    },
  };
}

/** All columns of frozen features, the cheap ones first. */
export const onFeatures = (settings: Settings): readonly Column[] => [
  neighbours(settings),
  ...linear(mocoLinear, settings),
  ...linear(simclrLinear, settings),
  logistic(settings),
  ...settings.shares.map(share => fewLabels(share, settings)),
];
