import {useBackend} from '@contrastive/backend';
import {knn, logisticRegression, sweepL2, type Features, type LogisticModel} from '@contrastive/linear-probe';
import type {LogisticSettings, NeighboursSettings, ProbeSettings} from './probe-settings.js';
import type {Figures} from './protocol.js';
import {readFeatures} from './read-features.js';
import {serve} from './serve.js';
import type {ContestantSettings} from './settings.js';

type Labelled = Features & {readonly labels: Int32Array};

/** The objective of a model, in double precision: mean cross-entropy + ½ · l2 · ‖W‖². */
function objectiveOf({weights, bias, l2}: LogisticModel, {data, rows, columns, labels}: Labelled): number {
  const count = bias.length;
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    const scores = Float64Array.from(bias);
    for (let j = 0; j < columns; j++) {
      for (let c = 0; c < count; c++) scores[c] += data[i * columns + j] * weights[j * count + c];
    }
    const most = Math.max(...scores);
    loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) + most - scores[labels[i]];
  }
  return loss / rows + 0.5 * l2 * weights.reduce((sum, weight) => sum + weight * weight, 0);
}

/** One fit, or a sweep with its last fit. What came out is told of the last fit. */
function logistic(train: Labelled, judged: Labelled, settings: LogisticSettings): () => Promise<() => Figures> {
  const {l2, l2Grid, tolerance, maxIterations} = settings;
  const ending = {tolerance, maxIterations};
  return async () => {
    if (!l2Grid) {
      const model = await logisticRegression(train, {l2, ...ending});
      return () => ({
        objective: objectiveOf(model, train),
        unfinished: Number(!model.converged),
        iterations: model.iterations,
      });
    }
    const {trials, model} = await sweepL2(train, judged, {l2Grid, ...ending});
    const fits = [...trials, model];
    return () => ({
      unfinished: fits.filter(({converged}) => !converged).length,
      iterations: fits.reduce((sum, one) => sum + one.iterations, 0),
    });
  };
}

/** A number that tells whether two have the same predictions. */
const checksum = (predictions: Int32Array): number =>
  predictions.reduce((sum, prediction, i) => (31 * sum + prediction + (i % 7)) % 1_000_003, 0);

/** The vote of the nearest. */
function neighbours(
  train: Labelled,
  judged: Labelled,
  {k, temperature}: NeighboursSettings,
): () => Promise<() => Figures> {
  return async () => {
    const {accuracy, predictions} = await knn(train, judged, {k, temperature});
    return () => ({accuracy, checksum: checksum(predictions)});
  };
}

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings<ProbeSettings>;
const {name, device, version} = await useBackend();
const [train, judged] = [
  await readFeatures(settings.directory, 'train', settings),
  await readFeatures(settings.directory, 'judged', settings),
];
const step = settings.method === 'logistic' ? logistic(train, judged, settings) : neighbours(train, judged, settings);
await serve(
  {
    contestant: `Contrastive on ${name} ${version}`,
    device,
    facts: {rows: train.rows, judged: judged.rows, columns: train.columns},
    run: async count => {
      let figures = await step();
      for (let i = 1; i < count; i++) figures = await step();
      return figures;
    },
  },
  settings.warmup,
);
process.exit();
