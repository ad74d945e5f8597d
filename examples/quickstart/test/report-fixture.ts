import type {Pixels} from '@contrastive/augment';
import type {Confusion, Neighbourhood} from '@contrastive/example-picture';
import type {Report} from '../src/report/report.js';

/** A ramp of grey, turned by `i`. */
function picture(i: number): Pixels {
  return {
    height: 28,
    width: 28,
    channels: 1,
    data: Uint8Array.from({length: 784}, (_, p) => ((p % 28) * 9 + i * 20) % 256),
  };
}

/** One query of class `Coat` with one neighbour of class `label`. */
export function neighbourhoodsFixture(label: string): Neighbourhood[] {
  return [{query: {picture: picture(0), label: 'Coat'}, nearest: [{picture: picture(1), label}]}];
}

/** Ten classes, each mostly taken for itself and now and then for its neighbour. */
function confusionFixture(): Confusion {
  const classNames = Array.from({length: 10}, (_, i) => `Class ${i}`);
  const counts = Array.from({length: 100}, (_, i) => {
    const [row, column] = [Math.floor(i / 10), i % 10];
    return row === column ? 800 + 10 * row : column === row + 1 ? 150 - 10 * row : 3;
  });
  return {classNames, counts};
}

/** A report of made-up results. */
export function reportFixture(): Report {
  const scores = {
    raw: {'100': 66.1, '1000': 77.7, '10000': 82.5},
    untrained: {'100': 60.2, '1000': 71.4, '10000': 78.9},
    trained: {'100': 68.8, '1000': 81.6, '10000': 84.7},
  };
  return {
    title: 'SimCLR on Fashion-MNIST',
    subtitle: 'Trained without labels.',
    footer: 'Seed 1',
    pairs: Array.from({length: 7}, (_, i) => ({original: picture(i), first: picture(i + 1), second: picture(i + 2)})),
    training: {
      batchSize: 256,
      curve: Array.from({length: 60}, (_, i) => ({
        epoch: (i + 1) / 20,
        loss: 4 + 2 * Math.exp(-i / 15),
        contrastiveAccuracy: 1 - Math.exp(-i / 20),
      })),
    },
    neighbourhoods: Array.from({length: 8}, (_, i) => ({
      query: {picture: picture(i), label: i % 2 ? 'Coat' : 'Bag'},
      nearest: Array.from({length: 6}, (_, j) => ({
        picture: picture(i + j),
        label: j === 3 ? 'Shirt' : i % 2 ? 'Coat' : 'Bag',
      })),
    })),
    figures: {probe: scores, knn: scores, supervised: {'100': 62.4, '1000': 80.2, '10000': 88.1}, testImages: 10_000},
    confusions: ['Trained, then 10,000 labels', 'Supervised, 10,000 labels'].map(title => ({
      title,
      confusion: confusionFixture(),
    })),
  };
}
