import {mocoBase} from '../base.js';
import {usual, type Claim, type Panel, type Text} from '../experiment.js';

const splits = 8;
const {batchSize, epochs} = mocoBase;
const linear = {how: 'linear'} as const;
const kNN = {how: 'kNN'} as const;
const pretext = {how: 'pretext'} as const;

const settings = [
  {
    id: 'shuffled',
    label: {en: `${splits} groups, shuffled`, ru: `групп ${splits}, с перемешиванием`},
    training: {...mocoBase, splits},
  },
  {
    id: 'not shuffled',
    label: {en: `${splits} groups, not shuffled`, ru: `групп ${splits}, без перемешивания`},
    training: {...mocoBase, splits, shuffle: false},
  },
  {id: 'whole batch', label: {en: 'whole batch', ru: 'весь батч'}, training: mocoBase},
];

export const shuffling: Claim = {
  name: 'shuffling',
  title: {en: 'Shuffling BatchNorm', ru: 'Перемешивание для BatchNorm'},
  varies: {
    en: 'whose statistics normalise a key: those of the group of its query, of another group, of the whole batch',
    ru: 'чьей статистикой нормируется ключ: группы своего запроса, другой группы, всего батча',
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
    {
      sentence: {en: 'shuffled above not shuffled, linear', ru: 'с перемешиванием лучше, линейная'},
      one: {setting: 'shuffled', measure: linear},
      other: {setting: 'not shuffled', measure: linear},
      expected: 'above',
    },
    {
      sentence: {en: 'shuffled above not shuffled, kNN', ru: 'с перемешиванием лучше, kNN'},
      one: {setting: 'shuffled', measure: kNN},
      other: {setting: 'not shuffled', measure: kNN},
      expected: 'above',
    },
    {
      sentence: {en: 'shuffled above the whole batch', ru: 'с перемешиванием лучше, чем весь батч'},
      one: {setting: 'shuffled', measure: linear},
      other: {setting: 'whole batch', measure: linear},
      expected: 'above',
    },
  ],
  panels: figures => {
    const curves = (title: Text, y: Text, of: 'loss' | 'accuracy'): Panel => ({
      kind: 'lines',
      title,
      x: {label: {en: 'step', ru: 'шаг'}},
      y,
      series: settings.map(({id, label}) => {
        const {steps = [], [of]: values = []} = figures.curve(id) ?? {};
        return {
          name: label,
          curve: true,
          spots: steps.flatMap((x, i) => {
            const value = values[i];
            return typeof value === 'number' ? [{x, values: [value]}] : [];
          }),
        };
      }),
    });
    return [
      curves(
        {en: 'pretext task, seed 1', ru: 'мини-задача, зерно 1'},
        {en: 'own key nearest, %', ru: 'свой ключ ближе всех, %'},
        'accuracy',
      ),
      {
        kind: 'dots',
        title: {en: 'what the features are worth', ru: 'чего стоят признаки'},
        x: '%',
        rows: settings.flatMap(({id, label}) => [
          {label, series: {en: 'linear', ru: 'линейная'}, values: figures.values(id, linear)},
          {label, series: 'kNN', values: figures.values(id, kNN)},
        ]),
      },
    ];
  },
};
