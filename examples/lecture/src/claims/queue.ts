import {linearly, mocoBase, simclrBase} from '../base.js';
import {usual, type Claim, type Setting, type Text} from '../experiment.js';
import {byLinear, linear} from './by-linear.js';

const batches = [32, 128, 512];
/** What a view of SimCLR is compared with: all other views of the batch but its partner. */
const negativesOf = (batchSize: number): number => 2 * batchSize - 2;
/** Queues of as many keys as SimCLR has negatives, and one of four times as many. */
const queues = [...batches.map(negativesOf), 4 * negativesOf(512)];

const simclrId = (batchSize: number): string => `SimCLR, ${batchSize}`;
const mocoId = (queueSize: number, batchSize: number): string => `MoCo, ${queueSize}, ${batchSize}`;
const simclrName = 'SimCLR';
const mocoName = (batchSize: number): Text => ({en: `MoCo, batch ${batchSize}`, ru: `MoCo, батч ${batchSize}`});

/** Batches whose keys a queue holds. */
const fitting = (queueSize: number): number[] => batches.filter(batchSize => batchSize <= queueSize);

const rate = (batchSize: number): number => linearly(mocoBase.learningRate, batchSize);

/** The m with which the keys lag behind by as many images, whatever the batch. */
const byImages = (batchSize: number): number => Number((mocoBase.keyMomentum ** (batchSize / 128)).toFixed(4));
/** Batches that are trained with such an m besides; at 128 it is that of the base. */
const rescaled = [32, 512];
const RESCALED_QUEUE = negativesOf(512);
const rescaledId = (batchSize: number): string => `${mocoId(RESCALED_QUEUE, batchSize)}, m by images`;

const settings: readonly Setting[] = [
  ...batches.map(batchSize => ({
    id: simclrId(batchSize),
    label: {
      en: `SimCLR, batch ${batchSize}: ${negativesOf(batchSize)} negatives`,
      ru: `SimCLR, батч ${batchSize}: отрицательных ${negativesOf(batchSize)}`,
    },
    training: {...simclrBase, batchSize, learningRate: linearly(simclrBase.learningRate, batchSize)},
  })),
  ...queues.flatMap(queueSize =>
    fitting(queueSize).map(batchSize => ({
      id: mocoId(queueSize, batchSize),
      label: {
        en: `MoCo, batch ${batchSize}: ${queueSize} negatives`,
        ru: `MoCo, батч ${batchSize}: отрицательных ${queueSize}`,
      },
      training: {...mocoBase, queueSize, batchSize, learningRate: rate(batchSize)},
    })),
  ),
  ...rescaled.map(batchSize => ({
    id: rescaledId(batchSize),
    label: {
      en: `MoCo with m = ${byImages(batchSize)}, batch ${batchSize}: ${RESCALED_QUEUE} negatives`,
      ru: `MoCo с m = ${byImages(batchSize)}, батч ${batchSize}: отрицательных ${RESCALED_QUEUE}`,
    },
    training: {
      ...mocoBase,
      ...{batchSize, queueSize: RESCALED_QUEUE, keyMomentum: byImages(batchSize), learningRate: rate(batchSize)},
    },
  })),
];

export const queue: Claim = {
  name: 'queue',
  title: {en: 'The queue decides, the batch does not', ru: 'Решает очередь, а не батч'},
  varies: {
    en: 'the queue and the batch of MoCo, at the end its m; the batch of SimCLR, with the same numbers of negatives',
    ru: 'очередь и батч MoCo, в конце и m; батч SimCLR при том же числе отрицательных примеров',
  },
  held: {
    en:
      `${mocoBase.epochs} epochs, m = ${mocoBase.keyMomentum} a step; learning rates in proportion to the batch; ` +
      'head and temperature are of each method',
    ru:
      `${mocoBase.epochs} эпох, m = ${mocoBase.keyMomentum} за шаг; скорости обучения пропорциональны батчу; ` +
      'проекция и температура — у каждого метода свои',
  },
  settings,
  measures: usual,
  comparisons: [
    byLinear(
      mocoId(1022, 32),
      mocoId(62, 32),
      {en: 'MoCo, batch 32: queue 1022 above 62', ru: 'MoCo, батч 32: очередь 1022 лучше 62'},
      'above',
    ),
    byLinear(
      mocoId(4088, 32),
      mocoId(1022, 32),
      {en: 'MoCo, batch 32: queue 4088 above 1022', ru: 'MoCo, батч 32: очередь 4088 лучше 1022'},
      'above',
    ),
    byLinear(
      mocoId(1022, 128),
      mocoId(1022, 32),
      {en: 'MoCo, queue 1022: batch 128 like 32', ru: 'MoCo, очередь 1022: батч 128 как 32'},
      'equal',
    ),
    byLinear(
      mocoId(1022, 512),
      mocoId(1022, 32),
      {en: 'MoCo, queue 1022: batch 512 like 32', ru: 'MoCo, очередь 1022: батч 512 как 32'},
      'equal',
    ),
    byLinear(
      rescaledId(512),
      rescaledId(32),
      {
        en: 'the same with as much momentum an image: batch 512 like 32',
        ru: 'то же при равном momentum на картинку: батч 512 как 32',
      },
      'equal',
    ),
    byLinear(
      mocoId(1022, 32),
      simclrId(512),
      {
        en: '1022 negatives: MoCo with batch 32 like SimCLR with 512',
        ru: '1022 отрицательных: MoCo с батчем 32 как SimCLR с 512',
      },
      'equal',
    ),
  ],
  panels: figures => [
    {
      kind: 'lines',
      title: {en: 'by the number of negatives', ru: 'по числу отрицательных примеров'},
      x: {label: {en: 'negatives', ru: 'отрицательные примеры'}, logarithmic: true, ticks: queues},
      y: {en: 'linear probe, %', ru: 'линейная модель, %'},
      series: [
        {
          name: simclrName,
          spots: batches.map(batch => ({x: negativesOf(batch), values: figures.values(simclrId(batch), linear)})),
        },
        ...batches.map(batch => ({
          name: mocoName(batch),
          spots: queues
            .filter(size => fitting(size).includes(batch))
            .map(size => ({x: size, values: figures.values(mocoId(size, batch), linear)})),
        })),
      ],
    },
  ],
};
