import {linearly, simclrBase} from '../base.js';
import {usual, type Claim, type Comparison, type Panel, type SimclrTraining, type Text} from '../experiment.js';
import {byLinear, linear} from './by-linear.js';
import {stepsOf} from '../training-seconds.js';
import {counted} from './counted.js';

const batches = [32, 128, 512];
const lengths = [4, 16, 32];
const idOf = (batchSize: number, epochs: number): string => `${batchSize} × ${epochs}`;

/** The training of a batch for so many epochs. */
const trainingOf = (batchSize: number, epochs: number): SimclrTraining => ({
  ...simclrBase,
  ...{batchSize, epochs, learningRate: linearly(simclrBase.learningRate, batchSize)},
});
const steps = (batchSize: number, epochs: number): number => stepsOf(trainingOf(batchSize, epochs));

const above = (one: readonly [number, number], other: readonly [number, number], sentence: Text): Comparison =>
  byLinear(idOf(...one), idOf(...other), sentence);

const nameOf = (batchSize: number): Text => ({en: `batch ${batchSize}`, ru: `батч ${batchSize}`});

export const batchAndEpochs: Claim = {
  name: 'batch-and-epochs',
  title: {en: 'Larger batches, more epochs', ru: 'Большие батчи, больше эпох'},
  varies: {en: 'images a step, and epochs', ru: 'число картинок на шаг и число эпох'},
  held: {
    en:
      `SimCLR; learning rate ${simclrBase.learningRate} for 128 images, in proportion to the batch (linear rule); ` +
      'an epoch of batch 512 leaves out 392 of the 5,000 images, others 8',
    ru:
      `SimCLR; скорость обучения ${simclrBase.learningRate} на 128 картинок, для других батчей по линейному правилу; ` +
      'эпоха при батче 512 пропускает 392 картинки из 5000, при других — 8',
  },
  settings: batches.flatMap(batchSize =>
    lengths.map(epochs => ({
      id: idOf(batchSize, epochs),
      label: {
        en: `batch ${batchSize}, ${epochs} epochs (${steps(batchSize, epochs)} steps)`,
        ru: `батч ${batchSize}, ${counted(epochs, 'epochs').ru} (шагов ${steps(batchSize, epochs)})`,
      },
      training: trainingOf(batchSize, epochs),
    })),
  ),
  measures: usual,
  comparisons: [
    above([512, 4], [32, 4], {en: 'batch 512 above 32 at 4 epochs', ru: 'батч 512 лучше 32 при 4 эпохах'}),
    above([512, 32], [32, 32], {en: 'batch 512 above 32 at 32 epochs', ru: 'батч 512 лучше 32 при 32 эпохах'}),
    above([128, 16], [32, 4], {
      en: 'batch 128 above 32 at equal steps (624)',
      ru: 'батч 128 лучше 32 при равном числе шагов (624)',
    }),
    above([32, 32], [32, 4], {en: '32 epochs above 4 at batch 32', ru: '32 эпохи лучше 4 при батче 32'}),
    above([512, 32], [512, 4], {en: '32 epochs above 4 at batch 512', ru: '32 эпохи лучше 4 при батче 512'}),
  ],
  panels: figures => {
    const panel = (
      title: Text,
      axis: {readonly label: Text; readonly ticks?: readonly number[]},
      x: (batchSize: number, epochs: number) => number,
    ): Panel => ({
      kind: 'lines',
      title,
      x: {...axis, logarithmic: true},
      y: {en: 'linear probe, %', ru: 'линейная модель, %'},
      series: batches.map(batchSize => ({
        name: nameOf(batchSize),
        spots: lengths.map(epochs => ({
          x: x(batchSize, epochs),
          values: figures.values(idOf(batchSize, epochs), linear),
        })),
      })),
    });
    return [
      panel({en: 'by epochs', ru: 'по эпохам'}, {label: {en: 'epochs', ru: 'эпохи'}}, (_, epochs) => epochs),
      panel(
        {en: 'by steps', ru: 'по шагам'},
        {label: {en: 'steps', ru: 'шаги'}, ticks: [36, 144, 624, 2_496, 4_992]},
        steps,
      ),
    ];
  },
};
