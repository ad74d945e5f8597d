import {linearly, mocoBase, simclrBase} from '../base.js';
import {usual, type Claim, type Comparison, type Setting, type Text} from '../experiment.js';

const batches = [32, 128, 512];
/** What a view of SimCLR is compared with: all other views of the batch but its partner. */
const negativesOf = (batchSize: number): number => 2 * batchSize - 2;
/** Queues of as many keys as SimCLR has negatives, and one of four times as many. */
const queues = [...batches.map(negativesOf), 4 * negativesOf(512)];
const linear = {how: 'linear'} as const;

const simclrId = (batchSize: number): string => `SimCLR, ${batchSize}`;
const mocoId = (queueSize: number, batchSize: number): string => `MoCo, ${queueSize}, ${batchSize}`;
const simclrName = 'SimCLR';
const mocoName = (batchSize: number): Text => ({en: `MoCo, batch ${batchSize}`, ru: `MoCo, батч ${batchSize}`});

/** Batches whose keys a queue holds. */
const fitting = (queueSize: number): number[] => batches.filter(batchSize => batchSize <= queueSize);

const rate = (batchSize: number): number => linearly(mocoBase.learningRate, batchSize);

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
];

const compared = (one: string, other: string, sentence: Text, expected: Comparison['expected']): Comparison => ({
  ...{sentence, expected},
  one: {setting: one, measure: linear},
  other: {setting: other, measure: linear},
});

export const queue: Claim = {
  name: 'queue',
  title: {en: 'The queue decides, the batch does not', ru: 'Решает очередь, а не батч'},
  varies: {
    en: 'the queue and the batch of MoCo; the batch of SimCLR, with the same numbers of negatives',
    ru: 'очередь и батч MoCo; батч SimCLR при тех же количествах отрицательных примеров',
  },
  held: {
    en: `${mocoBase.epochs} epochs, m = ${mocoBase.keyMomentum}; learning rates in proportion to the batch`,
    ru: `${mocoBase.epochs} эпох, m = ${mocoBase.keyMomentum}; скорости обучения пропорциональны батчу`,
  },
  settings,
  measures: usual,
  comparisons: [
    compared(
      mocoId(1022, 32),
      mocoId(62, 32),
      {en: 'MoCo, batch 32: queue 1022 above 62', ru: 'MoCo, батч 32: очередь 1022 лучше 62'},
      'above',
    ),
    compared(
      mocoId(4088, 32),
      mocoId(1022, 32),
      {en: 'MoCo, batch 32: queue 4088 above 1022', ru: 'MoCo, батч 32: очередь 4088 лучше 1022'},
      'above',
    ),
    compared(
      mocoId(1022, 128),
      mocoId(1022, 32),
      {en: 'MoCo, queue 1022: batch 128 like 32', ru: 'MoCo, очередь 1022: батч 128 как 32'},
      'equal',
    ),
    compared(
      mocoId(1022, 512),
      mocoId(1022, 32),
      {en: 'MoCo, queue 1022: batch 512 like 32', ru: 'MoCo, очередь 1022: батч 512 как 32'},
      'equal',
    ),
    compared(
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
      x: {label: {en: 'negatives', ru: 'отрицательных примеров'}, logarithmic: true, ticks: queues},
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
