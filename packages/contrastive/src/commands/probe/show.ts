import type {Output} from '../../output/output.js';
import {table} from '../../output/table.js';
import {counted, percent} from '../../output/words.js';

/** How many of the images that judge were told right. */
export interface Score {
  /** In [0, 1]. */
  readonly accuracy: number;
  /** Of 95 % (Wilson 1927). */
  readonly interval: readonly [low: number, high: number];
}

/** What some features are worth with a number of labels. */
export interface Row {
  readonly features: 'raw pixels' | 'untrained' | 'trained' | 'supervised';
  readonly labels: number;
  /** Of a classifier on frozen features, or of a network that was trained on the labels. */
  readonly classifier: Score;
  readonly neighbours?: Score;
}

const cell = ({accuracy, interval: [low, high]}: Score): string =>
  `${percent(accuracy)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;

/**
 * The figures of all features below each other.
 *
 * @param images How many images were judged.
 */
export function show(rows: readonly Row[], images: number, output: Output): void {
  output.say(`\nRight answers on ${counted(images, 'test image')}, with 95 % intervals (Wilson)`);
  const budgets = [...new Set(rows.map(({labels}) => labels))].sort((a, b) => a - b);
  const names = [...new Set(rows.map(({features}) => features))];
  for (const [title, of] of [
    ['Linear classifier', 'classifier'],
    ['Nearest neighbours', 'neighbours'],
  ] as const) {
    const cells = names.flatMap(name => {
      const found = budgets.map(labels => rows.find(row => row.features === name && row.labels === labels)?.[of]);
      return found.some(one => one) ? [[`  ${name}`, ...found.map(one => (one ? cell(one) : '–'))]] : [];
    });
    output.say(`\n${table([title, ...budgets.map(labels => counted(labels, 'label'))], cells)}`);
  }
}
