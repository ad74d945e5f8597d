import type {TransferCell} from '@contrastive/linear-probe';
import {check, resolveConfig} from 'prettier';
import {describe, expect, test} from 'vitest';
import {differencesOf} from '../src/differences.js';
import {columnsOf} from '../src/protocols.js';
import {resultsOf, type Results} from '../src/results.js';
import {defaults} from '../src/settings.js';
import {kinds, type Kind} from '../src/starts.js';
import {roundsOf} from '../src/plan.js';
import {page, terminalTables} from '../src/tables.js';

const columns = columnsOf(defaults, 60_000);
const sizes = {train: 50_000, validation: 10_000, test: 10_000};

/** A cell of two classes, of which so many of 100 images are right. */
function cell(start: Kind, protocol: string, seed: number, right: number): TransferCell {
  return {
    ...{dataSet: 'Fashion-MNIST', start, protocol, seed, digest: 'x', sizes, seconds: 10},
    metric: 'accuracy',
    value: right / 100,
    interval: {low: right / 100 - 0.1, high: right / 100 + 0.05},
    details: {right, rows: 100, confusion: [right - 10, 40 - right / 2, 60 - right / 2, 10]},
  };
}

const about = {
  ...{quick: false, settings: {}, classNames: ['no', 'yes'], versions: {node: '20.20.0'}},
  columns: columns.map(({name}) => name),
};

/** All cells of the benchmark, each 80 to 82 % right by its seed. */
const cells = roundsOf([1, 2, 3], columns).flatMap(({seed, parts}) =>
  parts.flatMap(({kind, columns: own}) => own.map(({name}) => cell(kind, name, seed, 78 + 2 * seed))),
);
const results = resultsOf(cells, about);

describe('results', () => {
  test('several seeds have an interval of theirs, one run has its own', () => {
    const {figures} = results.rows.find(({start}) => start === 'SimCLR') ?? {figures: []};
    expect(figures.map(({protocol}) => protocol)).toEqual(about.columns);
    // 80, 82 and 84 %: a deviation of 2 points, by 4.303 / √3.
    expect(figures[0]).toMatchObject({interval: 't', seeds: [1, 2, 3], values: [0.8, 0.82, 0.84]});
    expect(figures[0].value).toBeCloseTo(0.82, 12);
    expect(figures[0].high - figures[0].value).toBeCloseTo((0.02 * 4.303) / Math.sqrt(3), 5);
    expect(figures[0].confusion).toEqual([70 + 72 + 74, 0 - 1 - 2, 20 + 19 + 18, 30]);
    const raw = results.rows[0].figures[0];
    expect(raw).toMatchObject({protocol: 'kNN', interval: 'wilson', seeds: [1], value: 0.8});
    expect([raw.low, raw.high]).toEqual([expect.closeTo(0.7, 12), expect.closeTo(0.85, 12)]);
  });

  test('are the same from the file that they are written to', () => {
    expect(JSON.parse(JSON.stringify(results))).toEqual(results);
  });
});

describe('differences', () => {
  const withRight = (start: Kind, rights: readonly number[], protocol = 'kNN') =>
    rights.map((right, i) => cell(start, protocol, i + 1, right));
  const of = (...own: TransferCell[][]) => differencesOf(resultsOf(own.flat(), about));

  test('are of the seeds that both have, and of pixels with each seed', () => {
    const rows = of(
      withRight('raw pixels', [70]),
      withRight('random network', [70, 71, 72]),
      withRight('SimCLR', [80, 82, 84]),
      withRight('MoCo v2', [79, 83]),
    );
    expect(rows.map(({name}) => name)).toEqual([
      'SimCLR above raw pixels',
      'SimCLR above random network',
      'MoCo v2 above random network',
      'SimCLR above MoCo v2',
    ]);
    const [pixels, random, moco, methods] = rows.map(({figures: [figure]}) => figure);
    expect(pixels.value).toBeCloseTo(0.12, 12);
    // 10, 11 and 12 points: a deviation of 1, by 4.303 / √3.
    expect([random.value, random.high - random.value]).toEqual([
      expect.closeTo(0.11, 12),
      expect.closeTo((0.01 * 4.30265) / Math.sqrt(3), 9),
    ]);
    expect(moco.value).toBeCloseTo((0.09 + 0.12) / 2, 12);
    expect([methods.low, methods.value, methods.high]).toEqual([
      expect.closeTo(-0.127062, 6),
      expect.closeTo(0, 12),
      expect.closeTo(0.127062, 6),
    ]);
  });

  test('of a start that is not finished, one seed does not stand for others', () => {
    const rows = of(withRight('SimCLR', [80, 84]), withRight('MoCo v2', [79]), withRight('supervised', [90]));
    expect(rows).toEqual([]);
    // Of few labels, pixels of one seed are of that seed's labels.
    expect(of(withRight('raw pixels', [70], 'logistic, 1 %'), withRight('SimCLR', [80, 84], 'logistic, 1 %'))).toEqual(
      [],
    );
  });

  test('of one seed there are none', () => {
    expect(of(withRight('random network', [70]), withRight('SimCLR', [80]))).toEqual([]);
    expect(page(resultsOf(withRight('SimCLR', [80]), about))).not.toContain('## Differences');
  });
});

describe('the plan', () => {
  test('has each start with its columns, pixels that do not change once', () => {
    const [first, second] = roundsOf([1, 2], columns);
    expect(first.parts.map(({kind}) => kind)).toEqual([...kinds]);
    const numbers = ({parts}: typeof first) => parts.map(({columns: own}) => own.length);
    // Eight columns of frozen features, of which two with few labels; three of whole networks.
    expect(numbers(first)).toEqual([8, 11, 3, 9, 11, 11]);
    expect(numbers(second)).toEqual([2, 11, 3, 9, 11, 11]);
  });
});

describe('tables', () => {
  test('fit a terminal of 100 columns, with each start a line in each', () => {
    const text = terminalTables(results);
    const lines = text.split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(100);
    for (const start of kinds)
      expect(lines.filter(line => line.startsWith(start))).toHaveLength(start === 'random, γ = 0' ? 1 : 2);
    expect(text).toContain('80.0 ±7.5w');
    expect(text).toContain('82.0 ±5.0');
    expect(lines.find(line => line.startsWith('supervised') && line.includes('–'))).toBeDefined();
  });

  test('the page is as the check of the repository wants it', async () => {
    const options = {...(await resolveConfig(import.meta.filename)), parser: 'markdown'};
    const drawn = page(results);
    expect(await check(drawn, options)).toBe(true);
    expect(drawn).toContain('82.0 (77.0 to 87.0)');
    expect(drawn).toContain('80.0 (70.0 to 85.0 w)');
    expect(await check(page({...results, quick: true}), options)).toBe(true);
  });

  test('of what is not finished yet have gaps', () => {
    const some: Results = resultsOf(cells.slice(0, 9), about);
    expect(some.rows.map(({start}) => start)).toEqual(['raw pixels', 'random network']);
    expect(some.seeds).toEqual([1]);
    expect(terminalTables(some)).toContain("Wilson's 95 % interval (w).");
    const more = resultsOf([...cells, cell('SimCLR', 'kNN', 4, 80)], about);
    expect(terminalTables(more)).toContain("Student's t over 3 or 4 seeds;");
    expect(terminalTables(some)).toMatch(/random network +80.0 ±7.5w +– +–/);
    expect(page(some)).toContain('–');
    expect(terminalTables(resultsOf([], about))).not.toMatch(/NaN|undefined/);
  });
});
