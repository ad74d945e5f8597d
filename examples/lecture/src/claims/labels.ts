import {simclrBase, supervisedBase, untrained} from '../base.js';
import type {Claim, Comparison, Measure, Panel, Point, Setting, SupervisedTraining, Text} from '../experiment.js';
import {counted} from './counted.js';

/** How many labels are given, and for how many steps the whole network is trained on them. */
const budgets = [
  {labels: 100, steps: 200},
  {labels: 1_000, steps: 400},
  {labels: 5_000, steps: 1_000},
];
const transferSteps = 500;
/** Labels of fine-tuning on other pictures, as many of each class as there are. */
const TUNED_LABELS = 3_000;
const all = budgets[budgets.length - 1].labels;

const pretrained = {...simclrBase, epochs: 32};
const supervised: readonly SupervisedTraining[] = budgets.map(({labels: count, steps}) => ({
  ...supervisedBase,
  ...{count, steps},
}));
const onAll = supervised[supervised.length - 1];

const others = [
  {set: 'grey emoji', name: {en: 'emoji', ru: 'эмодзи'}},
  {set: 'grey clip art', name: {en: 'clip art', ru: 'клипарт'}},
] as const;

const classifier: Measure = {how: 'classifier'};
const withLabels = (labels: number): Measure => ({how: 'linear', ...(labels < all && {labels})});
const on = (set: (typeof others)[number]['set']): Measure => ({how: 'linear', on: set});
const onOthers = others.map(({set}) => on(set));
const linear = [...budgets.map(({labels}) => withLabels(labels)), ...onOthers];

const labelled = (name: {readonly en: string; readonly ru: string}, labels: number): Text => ({
  en: `${name.en}, ${counted(labels, 'labels').en}`,
  ru: `${name.ru}, ${counted(labels, 'labels').ru}`,
});

/** What a transfer starts from, and how the whole network goes on from there. */
const starts = [
  {id: 'SimCLR', name: 'SimCLR', linear: 'SimCLR', start: pretrained},
  {id: 'supervised', name: {en: 'supervised', ru: 'с учителем'}, linear: `supervised, ${all}`, start: onAll},
  {id: 'random', name: {en: 'random', ru: 'случайная'}, linear: 'untrained', start: undefined},
] as const;

const transferId = (set: string, start: string): string => `${set}, from ${start}`;

const settings: readonly Setting[] = [
  {id: 'SimCLR', label: {en: 'SimCLR, frozen', ru: 'SimCLR, заморожена'}, training: pretrained, measures: linear},
  {id: 'untrained', label: {en: 'random, frozen', ru: 'случайная, заморожена'}, training: untrained, measures: linear},
  ...supervised.map((training, i) => ({
    id: `supervised, ${budgets[i].labels}`,
    label: labelled({en: 'supervised', ru: 'с учителем'}, budgets[i].labels),
    training,
    measures: [classifier, ...(training === onAll ? onOthers : [])],
  })),
  ...supervised.map((training, i) => ({
    id: `fine-tuned, ${budgets[i].labels}`,
    label: labelled({en: 'SimCLR, fine-tuned', ru: 'SimCLR, дообучена'}, budgets[i].labels),
    training: {...training, start: pretrained},
    measures: [classifier],
  })),
  ...others.flatMap(({set, name}) =>
    starts.map(({id, name: from, start}) => ({
      id: transferId(set, id),
      label: {
        en: `${name.en}, fine-tuned from ${typeof from === 'string' ? from : from.en}`,
        ru: `${name.ru}, дообучена: ${typeof from === 'string' ? from : from.ru}`,
      },
      // The same labels and as many steps from each start.
      training: {...supervisedBase, images: set, count: TUNED_LABELS, steps: transferSteps, ...(start && {start})},
      measures: [classifier],
    })),
  ),
];

const compared = (one: Point, other: Point, sentence: Text): Comparison => ({sentence, one, other, expected: 'above'});
const tuned = (labels: number): Point => ({setting: `fine-tuned, ${labels}`, measure: classifier});
const taught = (labels: number): Point => ({setting: `supervised, ${labels}`, measure: classifier});
const probed = (setting: string, measure: Measure): Point => ({setting, measure});

export const labels: Claim = {
  name: 'labels',
  title: {
    en: 'Against supervised training, and on other pictures',
    ru: 'Сравнение с обучением с учителем; другие картинки',
  },
  varies: {
    en: 'what is trained (a linear model, the whole network), where it starts, the number of labels, the pictures',
    ru: 'что обучается (линейная модель, вся сеть), с каких весов, число меток, картинки',
  },
  held: {
    en:
      `the network; SimCLR with ${pretrained.epochs} epochs; labels drawn by the seed; ` +
      `of other pictures fine-tuning gets at most ${TUNED_LABELS} labels, linear models all`,
    ru:
      `сеть; SimCLR, ${counted(pretrained.epochs, 'epochs').ru}; метки выбраны сидом; на других картинках ` +
      `дообучению даётся не больше ${TUNED_LABELS} меток, линейным моделям — все`,
  },
  settings,
  measures: [classifier, ...linear],
  comparisons: [
    ...budgets.map(({labels: count}) =>
      compared(probed('SimCLR', withLabels(count)), taught(count), {
        en: `${count} labels: linear on SimCLR above supervised`,
        ru: `${counted(count, 'labels').ru}: линейная на SimCLR лучше обучения с учителем`,
      }),
    ),
    ...budgets.map(({labels: count}) =>
      compared(tuned(count), taught(count), {
        en: `${count} labels: fine-tuned above supervised`,
        ru: `${counted(count, 'labels').ru}: дообученная лучше обучения с учителем`,
      }),
    ),
    ...others.flatMap(({set, name}) => [
      compared(probed('SimCLR', on(set)), probed(`supervised, ${all}`, on(set)), {
        en: `${name.en}, linear: SimCLR above supervised`,
        ru: `${name.ru}, линейная: SimCLR лучше обучения с учителем`,
      }),
      ...[
        {from: 'supervised', name: {en: 'supervised', ru: 'обучения с учителем'}},
        {from: 'random', name: {en: 'random', ru: 'случайной'}},
      ].map(({from, name: other}) =>
        compared(
          {setting: transferId(set, 'SimCLR'), measure: classifier},
          {setting: transferId(set, from), measure: classifier},
          {
            en: `${name.en}, fine-tuned: SimCLR above ${other.en}`,
            ru: `${name.ru}, дообучение: SimCLR лучше ${other.ru}`,
          },
        ),
      ),
    ]),
  ],
  panels: figures => [
    {
      kind: 'lines',
      title: {en: 'Fashion-MNIST, by labels', ru: 'Fashion-MNIST, по числу меток'},
      x: {label: {en: 'labels', ru: 'число меток'}, logarithmic: true, ticks: budgets.map(({labels: count}) => count)},
      y: {en: 'test images right, %', ru: 'верных ответов, %'},
      series: [
        // The first three in the order of the starts, for the same colours beside it.
        {name: {en: 'SimCLR, linear', ru: 'SimCLR, линейная'}, of: (n: number) => probed('SimCLR', withLabels(n))},
        {name: {en: 'supervised', ru: 'с учителем'}, of: taught},
        {
          name: {en: 'random, linear', ru: 'случайная, линейная'},
          of: (n: number) => probed('untrained', withLabels(n)),
        },
        {name: {en: 'SimCLR, fine-tuned', ru: 'SimCLR, дообучена'}, of: tuned},
      ].map(({name, of}) => ({
        name,
        spots: budgets.map(({labels: count}) => {
          const {setting, measure} = of(count);
          return {x: count, values: figures.values(setting, measure)};
        }),
      })),
    },
    ...others.map(({set, name}): Panel => ({
      kind: 'dots',
      title: name,
      x: {en: 'mean of the classes, %', ru: 'среднее по классам, %'},
      rows: [
        ...starts.map(({name: series, linear: id}) => ({
          label: {en: 'linear', ru: 'линейная'},
          series,
          values: figures.values(id, on(set)),
        })),
        ...starts.map(({id, name: series}) => ({
          label: {en: 'fine-tuned', ru: 'дообучение'},
          series,
          values: figures.values(transferId(set, id), classifier),
        })),
      ],
    })),
  ],
};
