import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {storeOf, type Cell, type Store} from './cells.js';
import type {Claim, Setting, Training} from './experiment.js';
import {measuresOf, valueName} from './figures.js';
import {distinct, type Machine} from './machines.js';
import {missing} from './missing.js';
import {cellsWith, closeIn, moreSeedsOf, seedsOf} from './seeds.js';
import {writeWhole} from './write-whole.js';

/** What is known of a claim that ran: all that its tables and pictures are drawn from. */
export interface Result {
  readonly claim: string;
  /** Whether figures mean nothing. */
  readonly quick: boolean;
  readonly settings: readonly {readonly id: string; readonly training: Training; readonly cells: readonly Cell[]}[];
}

/** A result as its file has it: machines once, and in each cell which of them. */
interface Filed extends Pick<Result, 'claim' | 'quick'> {
  readonly machines: readonly Machine[];
  readonly settings: readonly (Omit<Result['settings'][number], 'cells'> & {
    readonly cells: readonly (Omit<Cell, 'on'> & {readonly on: number})[];
  })[];
}

const pathOf = (folder: string, claim: string): string => join(folder, `${claim}.json`);

function fromFile({machines, settings, ...about}: Filed): Result {
  const machine = (on: number): Machine => {
    if (on in machines) return machines[on];
    throw new RangeError(`no machine ${on}`);
  };
  return {
    ...about,
    settings: settings.map(({cells, ...setting}) => ({
      ...setting,
      cells: cells.map(({on, ...cell}) => ({...cell, on: machine(on)})),
    })),
  };
}

/**
 * The result of a claim in a folder.
 *
 * @returns Undefined where there is none.
 * @throws Error for a file that is not as `writeResult` writes it.
 */
export function readResult(folder: string, claim: string): Result | undefined {
  const path = pathOf(folder, claim);
  if (!existsSync(path)) return undefined;
  try {
    return fromFile(JSON.parse(readFileSync(path, 'utf8')) as Filed); // as `writeResult` wrote it
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `lecture: expected the result of a claim in ${path}, got a damaged file (${reason}); restore it, by git or a ` +
        'copy, or remove it: then what only it has is trained again.',
      {cause},
    );
  }
}

/** A result as text: a line for each machine and for each cell, so that changes can be read. */
function textOf({settings, ...about}: Result): string {
  const machines = distinct(settings.flatMap(({cells}) => cells.map(({on}) => on))).map(one => JSON.stringify(one));
  const parts = settings.map(({cells, ...setting}) => {
    const filed = cells.map(({on, ...cell}) => ({...cell, on: machines.indexOf(JSON.stringify(on))}));
    const lines = filed.map(cell => `   ${JSON.stringify(cell)}`).join(',\n');
    return `  ${JSON.stringify(setting).slice(0, -1)},"cells":[\n${lines}\n  ]}`;
  });
  const head = `${JSON.stringify(about).slice(0, -1)},"machines":[\n  ${machines.join(',\n  ')}\n]`;
  return `${head},"settings":[\n${parts.join(',\n')}\n]}\n`;
}

/** Whether a folder has exactly this result. */
export function isWritten(folder: string, result: Result): boolean {
  const path = pathOf(folder, result.claim);
  return existsSync(path) && readFileSync(path, 'utf8') === textOf(result);
}

/** Writes a result whole or not at all. */
export function writeResult(folder: string, result: Result): void {
  writeWhole(pathOf(folder, result.claim), textOf(result));
}

/** The cells of the results of claims. */
export const cellsIn = (folder: string, claims: readonly Claim[]): readonly Cell[] =>
  claims.flatMap(({name}) => readResult(folder, name)?.settings.flatMap(({cells}) => cells) ?? []);

/** A cell with a claim's own measures alone, in their order. */
function ownPart(claim: Claim, setting: Setting, cell: Cell): Cell {
  const names = measuresOf(claim, setting).map(measure => valueName(claim, measure));
  const own = names.filter(name => name in cell.values);
  return {...cell, values: Object.fromEntries(own.map(name => [name, cell.values[name]]))};
}

/** A claim's result from the cells that are there. */
export function resultOf(claim: Claim, store: Store, quick: boolean): Result {
  const close = closeIn(claim, store) ?? [];
  const seeds = seedsOf(claim);
  return {
    ...{claim: claim.name, quick},
    settings: claim.settings.map(setting => {
      const all = close.includes(setting) ? [...seeds, ...moreSeedsOf(claim)] : seeds;
      const cells = cellsWith(setting, all, store).map(cell => ownPart(claim, setting, cell));
      return {id: setting.id, training: setting.training, cells};
    }),
  };
}

/** Whether a result has all of a claim with its present settings: its first seeds, and each cell all measures. */
export const isOf = (result: Result, claim: Claim): boolean =>
  claim.settings.every(setting => {
    const cells = result.settings.find(({id}) => id === setting.id)?.cells ?? [];
    const store = storeOf(cells);
    const seeds = [...seedsOf(claim), ...cells.map(({seed}) => seed)];
    return seeds.every(seed => missing(claim, setting, seed, store) === undefined);
  });
