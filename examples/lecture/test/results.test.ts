import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {storeOf} from '../src/cells.js';
import {claims, everything} from '../src/claims/index.js';
import {machinesIn} from '../src/machines-in-words.js';
import {distinct} from '../src/machines.js';
import {keep, type Places} from '../src/places.js';
import {cellsIn, isOf, isWritten, readResult, resultOf, writeResult, type Result} from '../src/results.js';
import * as fixture from './fixture.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecture-'));
});
afterEach(() => {
  rmSync(folder, {recursive: true});
});

const [shuffling] = claims.filter(({name}) => name === 'shuffling');
const [projection] = claims.filter(({name}) => name === 'projection');
const result = fixture.resultOf(shuffling, [1, 2, 3], setting => 60 + 5 * setting);
const [one, two] = [
  {'Node.js': '20.20.0', processor: 'Intel × 2'},
  {'Node.js': '20.20.0', processor: 'EPYC × 2', threads: '1'},
];

/** The result with another first cell. */
const withFirst = (change: object): Result => ({
  ...result,
  settings: result.settings.map((setting, i) => ({
    ...setting,
    cells: setting.cells.map((cell, j) => (i + j === 0 ? {...cell, ...change} : cell)),
  })),
});

test('a cell says what it ran on, and a file says it once, in a line', () => {
  const mixed = withFirst({on: two});
  writeResult(folder, mixed);
  expect(readResult(folder, 'shuffling')).toEqual(mixed);
  const lines = readFileSync(join(folder, 'shuffling.json'), 'utf8').split('\n');
  expect(lines.filter(line => line.includes('processor'))).toHaveLength(2);
  expect(lines.filter(line => line.includes('"seed"'))).toHaveLength(9);
  expect(readdirSync(folder)).toEqual(['shuffling.json']);
});

test.each(everything.map(claim => [claim.name, claim] as const))(
  '%s is committed as it would be written',
  (_, claim) => {
    const committed = fileURLToPath(new URL('../results', import.meta.url));
    const store = storeOf(cellsIn(committed, everything));
    expect(isWritten(committed, resultOf(claim, store, false))).toBe(true);
  },
);

test('machines are told by their versions, and apart by their processors alone', () => {
  expect(distinct([one, two, {...one}])).toEqual([one, two]);
  expect(machinesIn([one], 'en')).toBe('Node.js 20.20.0, processor Intel × 2');
  expect(machinesIn([one, two], 'en')).toBe('Node.js 20.20.0, processors Intel × 2 and EPYC × 2 (threads: 1)');
  expect(machinesIn([one, {...two, 'Node.js': '22.1.0'}], 'ru')).toBe(
    'Node.js 20.20.0, процессор Intel × 2; Node.js 22.1.0, процессор EPYC × 2 (потоков: 1)',
  );
});

test('a result is of its claim with all first seeds and measures, or with what failed', () => {
  expect(isOf(result, shuffling)).toBe(true);
  expect(isOf(withFirst({values: {kNN: 70}}), shuffling)).toBe(false);
  expect(isOf(withFirst({values: {}, failed: 'a loss that is not finite'}), shuffling)).toBe(true);
  expect(isOf(withFirst({key: '0'}), shuffling)).toBe(false);
  expect(
    isOf(
      fixture.resultOf(shuffling, [1, 2], setting => setting),
      shuffling,
    ),
  ).toBe(false);
});

test('cells come to the same result whatever else is known of their trainings', () => {
  writeResult(folder, result);
  const cells = cellsIn(folder, [shuffling]).map(cell => {
    const [[name, value], ...others] = Object.entries(cell.values);
    return {...cell, values: {...Object.fromEntries(others), 'linear on emoji': 1, [name]: value}};
  });
  expect(isWritten(folder, resultOf(shuffling, storeOf(cells), false))).toBe(true);
  // The first of two cells stays, and gets what it lacks.
  const [{key}] = cells;
  const store = storeOf([...cells, {...cells[0], on: two, values: {kNN: 1, more: 2}}]);
  expect(store.find(key)).toEqual({...cells[0], values: {...cells[0].values, more: 2}});
});

test.each(['{', '{"machines":[],"settings":[{"cells":[{"on":0}]}]}', '{"settings":[{"cells":[{}]}],"versions":{}}'])(
  'a damaged file is told with its path: %s',
  text => {
    writeFileSync(join(folder, 'shuffling.json'), text);
    expect(() => readResult(folder, 'shuffling')).toThrow(
      /^lecture: expected the result of a claim in .*shuffling\.json, got a damaged file \(.*; restore it/,
    );
  },
);

test('what is new is written and drawn, with what others have written meanwhile', async () => {
  const places: Places = {out: folder, results: join(folder, 'results'), pages: join(folder, 'pages')};
  writeResult(
    places.results,
    fixture.resultOf(projection, [1, 2, 3], setting => 40 + 7 * setting),
  );
  expect(await keep({all: everything, places}, shuffling, () => result)).toBe(true);
  expect(readResult(places.results, 'shuffling')).toEqual(result);
  const path = join(places.pages, 'lecture.md');
  const notRun = readFileSync(path, 'utf8')
    .replaceAll('\n', ' ')
    .match(/lecture --claim (?:shuffling|projection)`/g);
  expect(notRun).toBeNull();
  expect(existsSync(join(places.pages, 'lecture', 'shuffling-en.png'))).toBe(true);
  expect(existsSync(join(places.pages, 'lecture', 'projection-en.png'))).toBe(false);
  const {mtimeMs} = statSync(path);
  expect(await keep({all: everything, places}, shuffling, () => result)).toBe(false);
  expect(statSync(path).mtimeMs).toBe(mtimeMs);
});
