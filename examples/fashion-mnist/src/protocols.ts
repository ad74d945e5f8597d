import {
  confusionMatrix,
  fineTune,
  knn,
  linearProbe,
  mocoLinear,
  predict,
  probe,
  selectRows,
  simclrLinear,
  simclrOnePercent,
  simclrTransfer,
  standardise,
  sweepL2,
  wilsonInterval,
  type FineTuneRecipe,
  type LinearProbeResult,
  type LinearRecipe,
  type TransferMeasure,
  type TransferProtocol,
} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import {labelsOf, type Pictures} from './pictures.js';
import type {Kind, Start} from './starts.js';
import type {Settings} from './settings.js';

/** A column of the table. */
export interface Column extends TransferProtocol<Start, Pictures> {
  /** Whether it has a figure for this start, with the first seed or another. */
  readonly has: (kind: Kind, first: boolean) => boolean;
  /** What it costs about, in steps of the supervised training. */
  readonly cost: number;
}

/** What is kept beside a figure. */
export interface Details {
  /** Test images whose class was found. */
  readonly right: number;
  readonly rows: number;
  /** How often each class was taken for each, row after row. */
  readonly confusion: readonly number[];
  /** What was chosen on held-out images. */
  readonly chosen?: object;
}

/** Accuracy with Wilson's interval, and what was taken for what. */
function measured(predictions: Int32Array, labels: Int32Array, classCount: number, chosen?: object): TransferMeasure {
  const classes = Int32Array.from({length: classCount}, (_, label) => label);
  const {counts} = confusionMatrix(predictions, labels, {classes});
  const right = classes.reduce((sum, label) => sum + counts[label * (classCount + 1)], 0);
  const rows = labels.length;
  const {low, high} = wilsonInterval(right, rows);
  const details: Details = {right, rows, confusion: Array.from(counts), ...(chosen && {chosen})};
  return {value: right / rows, interval: {low, high}, details};
}

const classCountOf = ({whole}: Pictures): number => whole.classNames?.length ?? 0;

/** Features by the encoder, or pixels: pixels are the same with each seed. */
const frozen: Column['has'] = (kind, first) => kind !== 'raw pixels' || first;
/** Label subsets are another with each seed. */
const everywhere: Column['has'] = () => true;
/** Networks that have seen no labels. */
const unlabelled: Column['has'] = kind => kind !== 'raw pixels' && kind !== 'supervised';

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

const percentOf = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** Logistic regression on part of the labels, the penalty chosen on a held-out fifth of those. */
function fewLabels(share: number, {penalties}: Settings): Column {
  return {
    name: `logistic, ${percentOf(share)}`,
    settings: {penalties, share},
    has: everywhere,
    cost: 2_000 * share,
    async run(start, pictures, {seed}) {
      const {whole, test} = await start.features();
      const labelCounts = [Math.round(share * whole.rows)];
      const [{predictions, l2}] = await probe(whole, test, {labelCounts, l2Grid: penalties, seed});
      return measured(predictions, labelsOf(pictures.test), classCountOf(pictures), {l2});
    },
  };
}

/** Classes by the classifier that was trained with the encoder. */
async function ownAnswers(start: Start): Promise<Int32Array | undefined> {
  const head = await start.head();
  if (head === undefined) return undefined;
  const {data, rows, columns} = (await start.features()).test;
  const classes = tf.tidy(() => tf.argMax(head.apply(tf.tensor2d(data, [rows, columns])) as tf.Tensor2D, 1));
  try {
    return Int32Array.from(await classes.data());
  } finally {
    classes.dispose();
  }
}

/** The whole network on labels; of the supervised one, what its own training came to. */
function wholeNetwork(share: number, recipe: FineTuneRecipe, epochSteps: number): Column {
  const trials = recipe.learningRates.length > 1 ? recipe.learningRates.length * 0.8 : 0;
  return {
    name: share === 1 ? 'fine-tuned' : `fine-tuned, ${percentOf(share)}`,
    settings: {recipe},
    has: share === 1 ? kind => kind !== 'raw pixels' : unlabelled,
    cost: (recipe.steps ?? (recipe.epochs ?? 1) * Math.max(1, Math.floor(share * epochSteps))) * (1 + trials),
    async run(start, pictures, {seed, signal}) {
      const own = await ownAnswers(start);
      if (own) return measured(own, labelsOf(pictures.test), classCountOf(pictures));
      const encoder = await start.encoder();
      if (encoder === null) throw new TypeError('fashion-mnist: expected a network to fine-tune, got raw pixels.');
      const {train, validation, whole, test} = pictures;
      // Of few labels some are held out to choose by: more of them for that would not be few any more.
      const images = share === 1 ? {train, validation} : {train: whole};
      const result = await fineTune({encoder, ...images, test, recipe, seed, ...(signal && {signal})});
      result.dispose();
      return measured(result.predictions, result.labels, classCountOf(pictures), result.chosen);
    },
  };
}

/** Images of which costs on features are told; they grow with the images. */
const ALL = 60_000;

/** All columns, the cheap ones first. */
export function columnsOf(settings: Settings, images: number): readonly Column[] {
  const {batchSize, shares, shareEpochs, tuneSteps: steps, tuneRates: learningRates} = settings;
  const shape = {batchSize, learningRates, weightDecays: [0]};
  const perEpoch = images / batchSize;
  const onFeatures = [
    neighbours(settings),
    ...linear(mocoLinear, settings),
    ...linear(simclrLinear, settings),
    logistic(settings),
    ...shares.map(share => fewLabels(share, settings)),
  ];
  return [
    ...onFeatures.map(column => ({...column, cost: (column.cost * images) / ALL})),
    ...shares.map((labels, i) => {
      const recipe = {...simclrOnePercent, ...shape, name: 'few labels', labels, epochs: shareEpochs[i]};
      return wholeNetwork(labels, recipe, perEpoch);
    }),
    wholeNetwork(1, {...simclrTransfer, ...shape, name: 'all labels', steps}, perEpoch),
  ];
}
