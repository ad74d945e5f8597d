import {mocoBase} from '../base.js';
import {usual, type Claim, type Comparison, type Figures, type Panel, type Text} from '../experiment.js';
import {byLinear, linear} from './by-linear.js';
import {counted} from './counted.js';
import {BEGUN, curvePanel} from './curve-panel.js';

const momenta = [0, 0.9, 0.99, 0.999, 0.9999];
/** What the lecture has for them. */
const papers = ['fail', '55.2', '57.8', '59.0', '58.9'];
/** Those that are trained shorter and longer too: the extremes, and what the other claims have. */
const atAll = [0, 0.99, 0.9999];
const usualLength = mocoBase.epochs;
const others = [4, 32];
const idOf = (momentum: number, epochs = usualLength): string => `m = ${momentum}, ${epochs}`;

const labelOf = (momentum: number, epochs: number): Text => {
  const {en, ru} = counted(epochs, 'epochs');
  return {en: `m = ${momentum}, ${en}`, ru: `m = ${momentum}, ${ru}`};
};

const settings: Claim['settings'] = [
  ...momenta.map((keyMomentum, i) => ({
    id: idOf(keyMomentum),
    label: labelOf(keyMomentum, usualLength),
    training: {...mocoBase, keyMomentum},
    paper: papers[i],
  })),
  ...others.flatMap(epochs =>
    atAll.map(keyMomentum => ({
      id: idOf(keyMomentum, epochs),
      label: labelOf(keyMomentum, epochs),
      training: {...mocoBase, keyMomentum, epochs},
    })),
  ),
];

const above = (one: number, other: number): Comparison =>
  byLinear(idOf(one), idOf(other), {en: `m = ${one} above ${other}`, ru: `m = ${one} лучше ${other}`});

/** m on an axis that shows 1 − m: how much of the key networks a step replaces. */
const replaced = (momentum: number): number => 1 - momentum;

function panels(figures: Figures): readonly Panel[] {
  const curves = momenta.map(momentum => [`m = ${momentum}`, figures.curves(idOf(momentum))[0]] as const);
  return [
    {
      kind: 'lines',
      title: {en: 'what momentum is worth', ru: 'чего стоит momentum'},
      x: {label: {en: '1 − m, replaced each step', ru: '1 − m, доля, заменяемая за шаг'}, logarithmic: true},
      y: {en: 'linear probe, %', ru: 'линейная модель, %'},
      series: [...others, usualLength]
        .toSorted((a, b) => a - b)
        .map(epochs => ({
          name: counted(epochs, 'epochs'),
          spots: momenta
            .filter(momentum => epochs === usualLength || atAll.includes(momentum))
            .map(momentum => ({x: replaced(momentum), values: figures.values(idOf(momentum, epochs), linear)})),
        })),
    },
    curvePanel({en: 'loss, seed 1', ru: 'функция потерь, сид 1'}, 'loss', curves, {
      reference: {at: Math.log(mocoBase.queueSize + 1), name: 'ln(K + 1)'},
    }),
    curvePanel({en: 'pretext task, seed 1', ru: 'мини-задача, сид 1'}, 'accuracy', curves, {from: BEGUN}),
  ];
}

export const momentum: Claim = {
  name: 'momentum',
  title: {en: 'MoCo needs momentum', ru: 'MoCo нужен momentum'},
  varies: {
    en: `m, at ${usualLength} epochs; ${atAll.join(', ')} at ${others.join(' and ')} epochs too`,
    ru: `m, при ${usualLength} эпохах; ${atAll.join(', ')} также при ${others.join(' и ')} эпохах`,
  },
  held: {
    en: `MoCo with the head of v2, queue of ${mocoBase.queueSize}, batch ${mocoBase.batchSize}`,
    ru: `MoCo с проекцией из v2, очередь ${mocoBase.queueSize}, батч ${mocoBase.batchSize}`,
  },
  settings,
  measures: usual,
  logged: [{how: 'loss'}, {how: 'pretext'}],
  comparisons: [
    above(0.99, 0),
    above(0.99, 0.9),
    above(0.999, 0.9),
    byLinear(idOf(0.9999), idOf(0.999), {en: 'm = 0.9999 like 0.999', ru: 'm = 0.9999 как 0.999'}, 'equal'),
    {
      sentence: {
        en: 'from 4 to 32 epochs 0.9999 gains more than 0.99',
        ru: 'с 4 до 32 эпох m = 0.9999 прибавляет больше, чем 0.99',
      },
      one: {setting: idOf(0.9999, 32), minus: idOf(0.9999, 4), measure: linear},
      other: {setting: idOf(0.99, 32), minus: idOf(0.99, 4), measure: linear},
      expected: 'above',
    },
  ],
  panels,
};
