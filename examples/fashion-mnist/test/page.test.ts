import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {TransferCell} from '@contrastive/linear-probe';
import {expect, test} from 'vitest';
import {roundsOf} from '../src/plan.js';
import {columnsOf} from '../src/protocols.js';
import {resultsOf} from '../src/results.js';
import {defaults} from '../src/settings.js';
import {pageTables} from '../src/tables.js';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${path}`, import.meta.url)), 'utf8');

test('the page of Fashion-MNIST has the tables of the committed cells, all of them', () => {
  const cells = read('fashion-mnist/cells.jsonl')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as TransferCell);
  const seeds = [1, 2, 3];
  const columns = columnsOf(defaults, 60_000);
  const named = ({start, protocol, seed}: TransferCell): string => `${start}: ${protocol}, seed ${seed}`;
  const planned = roundsOf(seeds, columns).flatMap(({seed, parts}) =>
    parts.flatMap(part => part.columns.map(({name}) => `${part.kind}: ${name}, seed ${seed}`)),
  );
  expect(cells.map(named).toSorted()).toEqual(planned.toSorted());
  expect(new Set(cells.map(({sizes}) => JSON.stringify(sizes)))).toEqual(
    new Set([JSON.stringify({train: 50_000, validation: 10_000, test: 10_000})]),
  );

  const about = {quick: false, settings: defaults, classNames: [], versions: {}};
  const {figures, differences} = pageTables(resultsOf(cells, {...about, columns: columns.map(({name}) => name)}));
  expect(figures.length + differences.length).toBe(4);
  const page = read('fashion-mnist.md');
  for (const table of [...figures, ...differences]) expect(page).toContain(table);
});
