import {checkSource} from '@contrastive/data';
import {checkValue, choice, integer, list, number, object, text, type Rule, type Rules} from '@contrastive/internal';
import {checkClassNames} from '../training/labels.js';
import type {TransferCell, TransferDataSet} from './transfer.js';

/** Finished cells, each of which {@link checkCell} looks at. */
export const cellsRule = list(object);

/** A cell of an earlier call or program, which may be anything. */
const cellRules: Rules<TransferCell> = {
  dataSet: text,
  start: text,
  protocol: text,
  seed: integer(),
  digest: text,
  metric: choice('accuracy', 'meanPerClassAccuracy', 'meanAveragePrecision'),
  value: number({least: 0, most: 1}),
  interval: object,
  seconds: number({least: 0}),
  sizes: object,
  details: object,
};

const needed: readonly (keyof TransferCell)[] = [
  'dataSet',
  'start',
  'protocol',
  'seed',
  'digest',
  'metric',
  'value',
  'seconds',
  'sizes',
];

/** Throws unless this is a cell. */
export function checkCell(where: string, name: string, cell: TransferCell): void {
  for (const [key, rule] of Object.entries(cellRules) as [keyof TransferCell, Rule][])
    if (cell[key] !== undefined || needed.includes(key)) checkValue(where, `${name}.${key}`, cell[key], rule);
}

/** Throws unless these are cells. */
export function checkCells(where: string, name: string, cells: readonly TransferCell[]): void {
  checkValue(where, name, cells, cellsRule);
  for (const [i, cell] of cells.entries()) checkCell(where, `${name}[${i}]`, cell);
}

/** Throws unless these are records of which no two have the same name. */
export function checkNamed(name: string, records: readonly {readonly name: string}[]): void {
  checkValue('transfer', name, records, list(object));
  const names = new Set<string>();
  for (const [i, record] of records.entries()) {
    checkValue('transfer', `${name}[${i}].name`, record.name, text);
    if (names.has(record.name))
      throw new RangeError(`transfer: expected different names as ${name}, got ${record.name} twice; rename one.`);
    names.add(record.name);
  }
}

/** Throws unless these are data sets. */
export function checkDataSets(dataSets: readonly TransferDataSet[]): void {
  checkNamed('dataSets', dataSets);
  for (const [i, {train, validation, test, metric}] of dataSets.entries()) {
    checkSource('transfer', train, `dataSets[${i}].train`);
    if (validation !== undefined) checkSource('transfer', validation, `dataSets[${i}].validation`);
    checkSource('transfer', test, `dataSets[${i}].test`);
    checkClassNames('transfer', {
      [`dataSets[${i}].train`]: train,
      ...(validation && {[`dataSets[${i}].validation`]: validation}),
      [`dataSets[${i}].test`]: test,
    });
    checkValue('transfer', `dataSets[${i}].metric`, metric, cellRules.metric);
  }
}
