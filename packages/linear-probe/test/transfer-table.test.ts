import {describe, expect, test} from 'vitest';
import {
  formatTransferTable,
  transferBenchmarks,
  transferTable,
  type Published,
  type TransferCell,
} from '../src/transfer/index.js';

const cell = (dataSet: string, start: string, protocol: string, value: number, more: Partial<TransferCell> = {}) => ({
  dataSet,
  start,
  protocol,
  seed: 1,
  digest: '0123456789abcdef',
  metric: 'accuracy' as const,
  value,
  seconds: 1,
  sizes: {train: 3, test: 2},
  ...more,
});

describe('transferBenchmarks', () => {
  test('are the twelve of the paper', () => {
    expect(transferBenchmarks.map(({heading}) => heading).join(' ')).toBe(
      'Food CIFAR10 CIFAR100 Birdsnap SUN397 Cars Aircraft VOC2007 DTD Pets Caltech Flowers',
    );
    // Chen et al. 2020, table 8, as a lecture prints it, and table B.5.
    const table8 = `
76.9 95.3 80.2 48.4 65.9 60.0 61.2 84.2 78.9 89.2 93.9 95.0
75.2 95.7 81.2 56.4 64.9 68.8 63.8 83.8 78.7 92.3 94.1 94.2
89.4 98.6 89.0 78.2 68.1 92.1 87.0 86.6 77.8 92.1 94.1 97.6
88.7 98.3 88.7 77.8 67.0 91.4 88.0 86.5 78.8 93.2 94.2 98.0
88.3 96.0 81.9 77.0 53.7 91.3 84.8 69.4 64.1 82.7 72.5 92.5`;
    const tableB5 = `
68.4 90.6 71.6 37.4 58.8 50.3 50.3 80.5 74.5 83.6 90.3 91.2
88.2 97.7 85.9 75.9 63.5 91.3 88.1 84.1 73.2 89.2 92.1 97.0
86.9 95.9 80.2 76.1 53.6 91.4 85.9 67.3 64.8 81.5 72.6 92.0`;
    const printed = (row: (one: Published) => number | undefined) =>
      transferBenchmarks.map(({published}) => row(published)?.toFixed(1)).join(' ');
    expect(table8.trim().split('\n')).toEqual([
      printed(({resnet50x4}) => resnet50x4.linear.simclr),
      printed(({resnet50x4}) => resnet50x4.linear.supervised),
      printed(({resnet50x4}) => resnet50x4.fineTuned.simclr),
      printed(({resnet50x4}) => resnet50x4.fineTuned.supervised),
      printed(({resnet50x4}) => resnet50x4.fineTuned.randomInit),
    ]);
    expect(tableB5.trim().split('\n')).toEqual([
      printed(({resnet50}) => resnet50.linear.simclr),
      printed(({resnet50}) => resnet50.fineTuned.simclr),
      printed(({resnet50}) => resnet50.fineTuned.randomInit),
    ]);
  });

  test('have official validation images where the paper says so, and the metrics that it says', () => {
    const of = (holds: (one: (typeof transferBenchmarks)[number]) => boolean) =>
      transferBenchmarks.filter(holds).map(({name}) => name);
    expect(of(one => one.validation === 'official')).toEqual(['aircraft', 'voc-2007', 'dtd', 'flowers']);
    expect(of(one => one.sizes.validation !== undefined)).toEqual(['aircraft', 'voc-2007', 'dtd', 'flowers']);
    expect(of(one => one.metric === 'meanPerClassAccuracy')).toEqual(['aircraft', 'pets', 'caltech-101', 'flowers']);
    expect(of(one => one.metric === 'meanAveragePrecision')).toEqual(['voc-2007']);
  });
});

describe('transferTable', () => {
  test('has data sets in columns, starts by protocol in rows, and means over seeds', () => {
    const cells = [
      cell('dtd', 'a', 'linear', 0.5, {seed: 1}),
      cell('dtd', 'a', 'linear', 0.7, {seed: 2}),
      cell('dtd', 'a', 'linear', 0.9, {seed: 3}),
      cell('dtd', 'a', 'fineTune', 0.8, {interval: {low: 0.7, high: 0.86}}),
      cell('pets', 'b', 'linear', 0.25, {metric: 'meanPerClassAccuracy'}),
    ];
    const {columns, rows} = transferTable(cells);
    expect(columns.map(({dataSet, metric}) => [dataSet, metric])).toEqual([
      ['dtd', 'accuracy'],
      ['pets', 'meanPerClassAccuracy'],
    ]);
    expect(rows.map(({protocol, start}) => `${protocol} ${start}`)).toEqual(['linear a', 'linear b', 'fineTune a']);
    const [[first, none], [, second], [third]] = rows.map(({entries}) => entries);
    expect([first?.value, first?.spread, first?.seeds]).toEqual([expect.closeTo(0.7), expect.closeTo(0.2), 3]);
    expect(none).toBeUndefined();
    expect(second).toEqual({value: 0.25, seeds: 1});
    expect([third?.value, third?.spread]).toEqual([0.8, expect.closeTo(0.08)]);
  });

  test('the last of several cells counts', () => {
    const cells = [cell('x', 'a', 'linear', 0.1), cell('x', 'a', 'linear', 0.2, {digest: 'another'})];
    expect(transferTable(cells).rows[0].entries).toEqual([{value: 0.2, seeds: 1}]);
  });
});

describe('formatTransferTable', () => {
  const dtd = {sizes: {train: 1880, validation: 1880, test: 1880}};

  test('puts what the paper has below ours', () => {
    const cells = [
      cell('dtd', 'mine', 'linear', 0.7123, {...dtd, interval: {low: 0.69, high: 0.73}}),
      cell('emoji', 'mine', 'linear', 0.5),
      cell('dtd', 'mine', 'fineTune', 0.6, dtd),
    ];
    expect(formatTransferTable(cells)).toBe(
      `
                                         DTD  emoji
                                       top-1  top-1
linear
  mine                             71.2 ±2.0   50.0
  [1] SimCLR, ResNet-50 (4×)            78.9
  [1] supervised, ResNet-50 (4×)        78.7
  [1] SimCLR, ResNet-50                 74.5
  [1] supervised, ResNet-50             74.9
fineTune
  mine                                  60.0      –
  [1] SimCLR, ResNet-50 (4×)            77.8
  [1] supervised, ResNet-50 (4×)        78.8
  [1] random init, ResNet-50 (4×)       64.1
  [1] SimCLR, ResNet-50                 73.2
  [1] supervised, ResNet-50             74.6
  [1] random init, ResNet-50            64.8

Percent. top-1: right answers.
±: half of the interval over test images.
[1] Chen et al. 2020, arXiv 2002.05709, tables 8 (4×) and B.5, pretrained on ImageNet at 224 pixels.`.slice(1),
    );
  });

  test('says what its columns and spreads are, and no others', () => {
    const interval = {low: 0.4, high: 0.6};
    const one = cell('emoji', 'mine', 'linear', 0.5, {metric: 'meanPerClassAccuracy', interval});
    const other = {...one, seed: 2, value: 0.6};
    const voc = cell('voc', 'mine', 'linear', 0.5, {metric: 'meanAveragePrecision', interval});
    const notes = (...cells: readonly TransferCell[]): string | undefined =>
      formatTransferTable(cells).split('\n\n').at(-1);
    expect(notes(one, other)).toBe(
      'Percent. class: mean over the classes of their right answers.\n±: standard deviation over seeds.',
    );
    expect(notes(one, other, voc)).toBe(
      'Percent. class: mean over the classes of their right answers; mAP: 11-point mean average precision.\n' +
        '±: standard deviation over seeds; of one seed half of the interval over test images.',
    );
  });

  test('says what keeps figures from being compared', () => {
    expect(formatTransferTable([cell('pets', 'mine', 'logistic', 0.5)])).toMatch(
      /\npets: 3 training and 2 test images, officially 3680 and 3669\.$/,
    );
    expect(formatTransferTable([cell('dtd', 'mine', 'linear', 0.5, dtd)])).not.toContain('officially');
    const held = {sizes: {train: 2944, validation: 736, test: 3669}};
    expect(formatTransferTable([cell('pets', 'mine', 'linear', 0.5, held)])).not.toContain('officially');
  });

  test('which of the paper’s protocols ours are can be said, or that none is', () => {
    const cells = [cell('dtd', 'mine', 'knn', 0.5, dtd)];
    expect(formatTransferTable(cells)).not.toContain('[1]');
    expect(formatTransferTable(cells, {protocols: {knn: 'linear'}})).toContain('[1] SimCLR');
    expect(formatTransferTable(cells, {protocols: {knn: 'linear'}, published: false})).not.toContain('[1]');
  });

  test('all twelve are read at 120 columns, in groups of as many as fit', () => {
    const cells = transferBenchmarks.flatMap(({name, metric, sizes}, i) =>
      ['linear', 'fineTune'].map(protocol =>
        cell(name, 'simclr', protocol, i / 12, {metric, sizes, interval: {low: 0, high: 0.1}}),
      ),
    );
    for (const width of [60, 120, 400]) {
      const text = formatTransferTable(cells, {width});
      expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(width);
      const groups = text.split('\n\n').slice(0, -1);
      const headings = groups.flatMap(group => group.split('\n')[0].trim().split(/\s+/));
      expect(headings).toEqual(transferBenchmarks.map(({heading}) => heading));
      expect(groups.length).toBe({60: 6, 120: 2, 400: 1}[width]);
      for (const group of groups) expect(group).toContain('\n  [1] random init, ResNet-50  ');
    }
  });

  test('of nothing there is a note', () => {
    expect(formatTransferTable([])).toMatch(/^\n*Percent\.$/);
  });

  test('refuses other options', () => {
    expect(() => formatTransferTable([], {width: 10})).toThrow(
      /formatTransferTable: expected an integer from 40 on as width/,
    );
    expect(() => formatTransferTable([], {protocols: {knn: 'best' as 'linear'}})).toThrow(
      /expected 'linear' or 'fineTuned' as protocols\.knn, got 'best'/,
    );
  });
});
