import {mocoBase} from '../base.js';
import {usual, type Claim} from '../experiment.js';
import {byLinear, linear} from './by-linear.js';
import {counted} from './counted.js';
import {BEGUN, curvePanel, meanCurve} from './curve-panel.js';

const splits = 8;
const groups = counted(splits, 'groups');
const {batchSize, epochs} = mocoBase;
const kNN = {how: 'kNN'} as const;
const pretext = {how: 'pretext'} as const;

const settings = [
  {
    id: 'shuffled',
    label: {en: `${groups.en}, shuffled`, ru: `${groups.ru}, с перемешиванием`},
    training: {...mocoBase, splits},
  },
  {
    id: 'not shuffled',
    label: {en: `${groups.en}, not shuffled`, ru: `${groups.ru}, без перемешивания`},
    training: {...mocoBase, splits, shuffle: false},
  },
  {id: 'whole batch', label: {en: 'whole batch', ru: 'весь батч'}, training: mocoBase},
];

export const shuffling: Claim = {
  name: 'shuffling',
  title: {en: 'Shuffling BatchNorm', ru: 'Перемешивание для BatchNorm'},
  varies: {
    en: 'whose statistics normalise a key: of another group than its query’s, of the same, of the whole batch',
    ru: 'чьей статистикой нормализуется ключ: другой группы, чем у запроса, той же группы, всего батча',
  },
  held: {
    en: `MoCo with the head of v2, batch ${batchSize}, groups of ${batchSize / splits}, ${epochs} epochs`,
    ru: `MoCo с проекцией из v2, батч ${batchSize}, группы по ${batchSize / splits}, ${epochs} эпох`,
  },
  settings,
  measures: usual,
  logged: [{how: 'loss'}, {how: 'pretext'}],
  comparisons: [
    {
      sentence: {
        en: 'own key nearest: more often not shuffled than shuffled',
        ru: 'свой ключ ближе всех: чаще без перемешивания, чем с ним',
      },
      one: {setting: 'not shuffled', measure: pretext},
      other: {setting: 'shuffled', measure: pretext},
      expected: 'above',
    },
    byLinear('shuffled', 'not shuffled', {
      en: 'shuffled above not shuffled, linear',
      ru: 'с перемешиванием лучше, линейная модель',
    }),
    {
      sentence: {en: 'shuffled above not shuffled, kNN', ru: 'с перемешиванием лучше, kNN'},
      one: {setting: 'shuffled', measure: kNN},
      other: {setting: 'not shuffled', measure: kNN},
      expected: 'above',
    },
    byLinear('shuffled', 'whole batch', {
      en: 'shuffled above the whole batch',
      ru: 'с перемешиванием лучше, чем весь батч',
    }),
  ],
  panels: figures => {
    const curves = settings.map(({id, label}) => [label, meanCurve(figures.curves(id))] as const);
    return [
      curvePanel({en: 'pretext task, mean of seeds', ru: 'мини-задача, среднее по сидам'}, 'accuracy', curves, {
        from: BEGUN,
      }),
      curvePanel({en: 'loss, mean of seeds', ru: 'функция потерь, среднее по сидам'}, 'loss', curves, {from: BEGUN}),
      {
        kind: 'dots',
        title: {en: 'what the features are worth', ru: 'чего стоят признаки'},
        x: {en: 'test images right, %', ru: 'верных ответов, %'},
        rows: settings.flatMap(({id, label}) => [
          {label, series: {en: 'linear', ru: 'линейная'}, values: figures.values(id, linear)},
          {label, series: 'kNN', values: figures.values(id, kNN)},
        ]),
      },
    ];
  },
};
