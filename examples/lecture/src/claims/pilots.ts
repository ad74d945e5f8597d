import {linearly, mocoBase, simclrBase, supervisedBase} from '../base.js';
import {usual, type Claim, type Setting, type Training} from '../experiment.js';
import {linear} from './by-linear.js';

/** Half the epochs of the base: what is best there was taken for all claims. */
const short = {epochs: 8} as const;
const rates = [0.06, 0.12, 0.24];

/** The words of the settings' names in Russian. */
const WORDS = [
  ['labels, from nothing', 'меток, с нуля'],
  ['labels, from', 'меток, с весов'],
  ['rate', 'скорость'],
  ['batch', 'батч'],
  ['queue', 'очередь'],
] as const;

const row = (id: string, training: Training, measures: Setting['measures'] = usual): Setting => {
  const ru = WORDS.reduce((name, [word, other]) => name.replace(word, other), id);
  return {id, label: {en: id, ru}, training, measures};
};

const settings: readonly Setting[] = [
  ...rates.map(learningRate => row(`SimCLR, rate ${learningRate}`, {...simclrBase, ...short, learningRate})),
  ...[0.1, 0.5].map(temperature => row(`SimCLR, τ ${temperature}`, {...simclrBase, ...short, temperature})),
  ...rates.map(learningRate => row(`MoCo, rate ${learningRate}`, {...mocoBase, ...short, learningRate})),
  row('MoCo, τ 0.2', {...mocoBase, ...short, temperature: 0.2}),
  row('MoCo, queue 256', {...mocoBase, ...short, queueSize: 256}),
  // Other batches, by the linear and by the square-root rule.
  ...[32, 512].flatMap(batchSize =>
    [linearly(simclrBase.learningRate, batchSize), simclrBase.learningRate * Math.sqrt(batchSize / 128)].map(
      learningRate =>
        row(`SimCLR, batch ${batchSize}, rate ${Number(learningRate.toPrecision(2))}`, {
          ...{...simclrBase, ...short, batchSize},
          learningRate,
        }),
    ),
  ),
  ...[0.02, 0.06, 0.18, 0.54].flatMap(learningRate =>
    [undefined, {...simclrBase, ...short}].map(start =>
      row(
        `1000 labels, ${start ? 'from SimCLR' : 'from nothing'}, rate ${learningRate}`,
        {...supervisedBase, count: 1_000, steps: 300, learningRate, ...(start && {start})},
        [{how: 'classifier'}],
      ),
    ),
  ),
];

/** The choice of settings: one seed, on validation images. */
export const pilots: Claim = {
  name: 'pilots',
  title: {en: 'How settings were chosen', ru: 'Как выбраны настройки'},
  varies: {en: 'learning rates, temperatures, the queue', ru: 'скорости обучения, температуры, очередь'},
  held: {
    en: `${short.epochs} epochs, of labels 300 steps; seed 1`,
    ru: `${short.epochs} эпох, на метках 300 шагов; сид 1`,
  },
  settings,
  measures: [...usual, {how: 'classifier'}],
  comparisons: [],
  judgedBy: 'validation',
  seeds: 1,
  panels: figures => [
    {
      kind: 'dots',
      title: {en: 'validation images', ru: 'проверочные картинки'},
      x: {en: 'validation images right, %', ru: 'верных ответов, %'},
      rows: settings.map(({id, label, measures = usual}) => ({
        label,
        series: measures === usual ? {en: 'linear', ru: 'линейная'} : {en: 'whole network', ru: 'вся сеть'},
        values: figures.values(id, measures === usual ? linear : measures[0]),
      })),
    },
  ],
};
