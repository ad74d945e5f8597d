import {blur, colour, crop, mocoBase, simclrBase, untrained} from '../base.js';
import {usual, type Claim, type Look, type MocoTraining, type Setting, type Text} from '../experiment.js';
import {byLinear, linear} from './by-linear.js';
import {trainingSeconds} from '../training-seconds.js';
import {counted} from './counted.js';

/** What MoCo v1 does to images. */
const weak: Look = {
  ...crop,
  jitter: {brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4, probability: 1},
  grey: 0.2,
};
/** "aug+": SimCLR's blur, and colours that change in 8 of 10 images in the place of all. */
const strong: Look = {...crop, ...colour, ...blur};

/** What v1 takes: a linear head at its temperature, and steps in the place of a cosine. */
const v1: MocoTraining = {...mocoBase, head: 'linear', temperature: 0.07, schedule: 'steps', look: weak};
const mlp: MocoTraining = {...v1, head: 'MLP', temperature: 0.2};
const v2: MocoTraining = {...mlp, look: strong, schedule: 'cosine'};
const simclr = {...simclrBase, look: strong};

/** Epochs of MoCo in the time that SimCLR takes for those of the base: it trains on one view, and encodes the other. */
const longer = 24;
const {batchSize, epochs, queueSize, keyMomentum} = mocoBase;
/** Settings from v1 to v2, the first ones. */
const STEPS = 6;

const row = (id: string, training: Setting['training'], paper?: string, label: Text = id): Setting => ({
  ...{id, label, training},
  ...(paper !== undefined && {paper}),
});

const epochsOf = (name: string, count: number): Text => ({
  en: `${name}, ${counted(count, 'epochs').en}`,
  ru: `${name}, ${counted(count, 'epochs').ru}`,
});

const settings: readonly Setting[] = [
  row('v1', v1, '60.6', 'MoCo v1'),
  row('MLP, 0.07', {...mlp, temperature: 0.07}, '62.9', 'v1 + MLP, τ = 0.07'),
  row('MLP', mlp, '66.2', 'v1 + MLP, τ = 0.2'),
  row('aug+', {...v1, look: strong}, '63.4', 'v1 + aug+'),
  row('MLP, aug+', {...mlp, look: strong}, '67.3', 'v1 + MLP + aug+'),
  row('v2', v2, '67.5', {en: 'v1 + MLP + aug+ + cosine = v2', ru: 'v1 + MLP + aug+ + косинус = v2'}),
  row('SimCLR', simclr, '61.9', 'SimCLR'),
  row('untrained', untrained, undefined, {en: 'random weights', ru: 'случайные веса'}),
  row(`v1, ${longer}`, {...v1, epochs: longer}, undefined, epochsOf('MoCo v1', longer)),
  row(`v2, ${longer}`, {...v2, epochs: longer}, undefined, epochsOf('MoCo v2', longer)),
];

export const v1ToV2: Claim = {
  name: 'v1-to-v2',
  title: {en: 'From MoCo v1 to v2', ru: 'От MoCo v1 к v2'},
  varies: {
    en: 'the head, its temperature, the augmentation, the schedule (a cosine has a short warm-up); the method',
    ru: 'проекция, её температура, аугментация, расписание (косинус — с коротким разогревом); метод',
  },
  held: {
    en: `queue of ${queueSize}, m = ${keyMomentum}, batch ${batchSize}, ${epochs} epochs; at equal time ${longer}`,
    ru: `очередь ${queueSize}, m = ${keyMomentum}, батч ${batchSize}, ${epochs} эпох; при равном времени ${longer}`,
  },
  settings,
  measures: usual,
  comparisons: [
    byLinear('v1', 'untrained', {en: 'v1 above random weights', ru: 'v1 лучше случайных весов'}),
    byLinear('MLP, 0.07', 'v1', {
      en: 'v1 + MLP above v1, both with τ = 0.07',
      ru: 'v1 + MLP лучше v1, τ = 0.07 у обоих',
    }),
    byLinear('MLP', 'v1', {en: 'v1 + MLP with τ = 0.2 above v1', ru: 'v1 + MLP с τ = 0.2 лучше v1'}),
    byLinear('aug+', 'v1', {en: 'v1 + aug+ above v1', ru: 'v1 + aug+ лучше v1'}),
    byLinear('v2', 'MLP, aug+', {en: 'the cosine on top of both', ru: 'косинус сверх MLP и aug+'}),
    byLinear('v2', 'v1', {en: 'v2 above v1', ru: 'v2 лучше v1'}),
    byLinear('v2', 'SimCLR', {en: 'v2 above SimCLR at equal epochs', ru: 'v2 лучше SimCLR при равном числе эпох'}),
    byLinear(`v2, ${longer}`, 'SimCLR', {
      en: 'v2 above SimCLR at equal time',
      ru: 'v2 лучше SimCLR при равном времени',
    }),
  ],
  panels: figures => [
    {
      kind: 'dots',
      title: {en: 'step by step', ru: 'шаг за шагом'},
      x: {en: 'test images right, %', ru: 'верных ответов, %'},
      rows: settings.slice(0, STEPS).flatMap(({id, label}) => [
        {label, series: {en: 'linear', ru: 'линейная'}, values: figures.values(id, linear)},
        {label, series: 'kNN', values: figures.values(id, {how: 'kNN'})},
      ]),
    },
    {
      kind: 'lines',
      title: {en: 'by the time of a training', ru: 'по времени обучения'},
      x: {label: {en: 'estimated seconds on two quiet cores', ru: 'расчётное время на двух свободных ядрах, с'}},
      y: {en: 'linear probe, %', ru: 'линейная модель, %'},
      series: [
        {name: 'SimCLR', ids: ['SimCLR']},
        {name: 'MoCo v1', ids: ['v1', `v1, ${longer}`]},
        {name: 'MoCo v2', ids: ['v2', `v2, ${longer}`]},
      ].map(({name, ids}) => ({
        name,
        spots: settings
          .filter(({id}) => ids.includes(id))
          .map(({id, training}) => ({x: trainingSeconds(training), values: figures.values(id, linear)})),
      })),
    },
  ],
};
