import {simclrBase} from '../base.js';
import {usual, type Claim, type Measure} from '../experiment.js';

const h: Measure = {how: 'linear'};
const z: Measure = {how: 'linear', behindHead: true};
const both: readonly Measure[] = [...usual, {how: 'kNN', behindHead: true}, z];

export const projection: Claim = {
  name: 'projection',
  title: {en: 'The projection helps', ru: 'Проекция помогает'},
  varies: {
    en: 'the head g, and whether features are taken before it (h) or behind it (g(h))',
    ru: 'сеть проекции g, и берутся ли признаки до неё (h) или после (g(h))',
  },
  held: {
    en: `SimCLR, ${simclrBase.epochs} epochs, batch ${simclrBase.batchSize}`,
    ru: `SimCLR, ${simclrBase.epochs} эпох, батч ${simclrBase.batchSize}`,
  },
  settings: [
    {id: 'none', label: {en: 'no head', ru: 'без проекции'}, training: {...simclrBase, head: 'none'}, measures: usual},
    {id: 'linear', label: {en: 'linear head', ru: 'линейная проекция'}, training: {...simclrBase, head: 'linear'}},
    {id: 'MLP', label: 'MLP', training: simclrBase},
  ],
  measures: both,
  comparisons: [
    {
      sentence: {en: 'MLP above no head', ru: 'с MLP лучше, чем без проекции'},
      one: {setting: 'MLP', measure: h},
      other: {setting: 'none', measure: h},
      expected: 'above',
    },
    {
      sentence: {en: 'MLP above a linear head', ru: 'MLP лучше линейной'},
      one: {setting: 'MLP', measure: h},
      other: {setting: 'linear', measure: h},
      expected: 'above',
    },
    {
      sentence: {en: 'with an MLP, h above g(h)', ru: 'при MLP h лучше g(h)'},
      one: {setting: 'MLP', measure: h},
      other: {setting: 'MLP', measure: z},
      expected: 'above',
    },
  ],
  panels: figures => [
    {
      kind: 'dots',
      title: {en: 'h and g(h), by head', ru: 'h и g(h) при разных проекциях'},
      x: {en: 'linear probe, %', ru: 'линейная модель, %'},
      rows: [
        {label: {en: 'no head', ru: 'без проекции'}, series: 'h', values: figures.values('none', h)},
        {label: {en: 'linear head', ru: 'линейная проекция'}, series: 'h', values: figures.values('linear', h)},
        {label: {en: 'linear head', ru: 'линейная проекция'}, series: 'g(h)', values: figures.values('linear', z)},
        {label: 'MLP', series: 'h', values: figures.values('MLP', h)},
        {label: 'MLP', series: 'g(h)', values: figures.values('MLP', z)},
      ],
    },
  ],
};
