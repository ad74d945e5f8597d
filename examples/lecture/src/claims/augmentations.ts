import {blur, colour, crop, simclrBase, untrained} from '../base.js';
import {
  usual,
  type Claim,
  type Comparison,
  type Figures,
  type Look,
  type Measure,
  type Panel,
  type SimclrTraining,
  type Text,
} from '../experiment.js';
import {byLinear, linear} from './by-linear.js';

const names = ['crop', 'colour', 'blur'] as const;
const looks: Readonly<Record<(typeof names)[number], Look>> = {crop, colour, blur};
const labels: readonly Text[] = [
  {en: 'crop', ru: 'обрезка'},
  {en: 'colour', ru: 'цвет'},
  {en: 'blur', ru: 'размытие'},
];

/** Nothing, each alone, each pair, and all three. */
const chosen: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
const idOf = (parts: readonly number[]): string => parts.map(i => names[i]).join(' + ') || 'none';

function labelOf(parts: readonly number[]): Text {
  const joined = (language: 'en' | 'ru', none: string): string =>
    parts.map(i => (labels[i] as Record<'en' | 'ru', string>)[language]).join(' + ') || none; // all are in both
  return {en: joined('en', 'none'), ru: joined('ru', 'без аугментаций')};
}

const measured: readonly (readonly [Measure, Text])[] = [
  [
    linear,
    {en: 'linear probe, % (small: lowest – highest seed)', ru: 'линейная модель, % (мелко: худший – лучший сид)'},
  ],
  [{how: 'kNN'}, {en: 'kNN, % (small: lowest – highest seed)', ru: 'kNN, % (мелко: худший – лучший сид)'}],
];

const panels = (figures: Figures): readonly Panel[] =>
  measured.map(([measure, title]) => {
    const values = (parts: readonly number[]): readonly number[] => figures.values(idOf(parts), measure);
    return {
      kind: 'heat',
      title,
      names: labels,
      values: (row, column) => values([...new Set([row, column])].sort((a, b) => a - b)),
      extra: [
        {label: {en: 'none', ru: 'ничего'}, values: values([])},
        {label: {en: 'all three', ru: 'все три'}, values: values([0, 1, 2])},
        {label: {en: 'random weights', ru: 'случайные веса'}, values: figures.values('untrained', measure)},
      ],
    };
  });

function claim(name: string, title: Text, base: SimclrTraining): Claim {
  const compared = (one: readonly number[], other: readonly number[], sentence: Text): Comparison =>
    byLinear(idOf(one), idOf(other), sentence);
  return {
    name,
    title,
    varies: {
      en: 'what happens to both views: crop (with flip), colour, blur, singly, in pairs, all and none',
      ru: 'что происходит с обеими версиями — обрезка (с отражением), цвет, размытие: по одной, парами, все, ничего',
    },
    held: {
      en: `SimCLR, ${base.epochs} epochs, batch ${base.batchSize}`,
      ru: `SimCLR, ${base.epochs} эпох, батч ${base.batchSize}`,
    },
    settings: [
      ...chosen.map(parts => ({
        id: idOf(parts),
        label: labelOf(parts),
        training: {...base, look: Object.assign({}, ...parts.map(i => looks[names[i]])) as Look},
      })),
      {
        id: 'untrained',
        label: {en: 'random weights, no training', ru: 'случайные веса, без обучения'},
        training: {...untrained, images: base.images},
      },
    ],
    measures: usual,
    comparisons: [
      compared([0], [], {en: 'crop above none', ru: 'обрезка лучше, чем без аугментаций'}),
      compared([0, 1], [0], {en: 'crop + colour above crop', ru: 'обрезка + цвет лучше обрезки'}),
      compared([0, 1], [1], {en: 'crop + colour above colour', ru: 'обрезка + цвет лучше цвета'}),
      byLinear(idOf([0, 1]), 'untrained', {
        en: 'crop + colour above random weights',
        ru: 'обрезка + цвет лучше случайных весов',
      }),
      compared([0, 1, 2], [0, 1], {en: 'blur on top of them', ru: 'размытие сверх обрезки и цвета'}),
    ],
    panels,
  };
}

export const augmentations = claim(
  'augmentations',
  {en: 'Augmentations, grey images', ru: 'Аугментации, серые картинки'},
  simclrBase,
);

/** The same again with half the epochs, since all claims together are to take less than five hours. */
export const augmentationsInColour = claim(
  'augmentations-colour',
  {en: 'Augmentations, coloured pictures', ru: 'Аугментации, цветные картинки'},
  {...simclrBase, images: 'emoji', count: 5_292, epochs: 8},
);
