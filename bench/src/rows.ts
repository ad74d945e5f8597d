import {quickstart, r18Cifar, type StepSettings} from './settings.js';

/** Who ours is measured against. */
export type Peer = 'pytorch-channels-last' | 'tfjs-stock';

/** One line of the table: a step, and a peer that runs the same step. */
export interface Row {
  readonly name: string;
  /** Rows of one group run together when the group's name is given. */
  readonly group: string;
  readonly peer: Peer;
  readonly settings: StepSettings;
}

/** Every row, in the table's order. */
export const rows: readonly Row[] = [
  {name: 'simclr-step-r18-cifar', group: 'step', peer: 'pytorch-channels-last', settings: r18Cifar},
  {name: 'simclr-step-r18-cifar', group: 'step', peer: 'tfjs-stock', settings: r18Cifar},
  {name: 'simclr-step-quickstart', group: 'step', peer: 'pytorch-channels-last', settings: quickstart},
];

/** The rows that go by any of `names`, their own or their group's; without names all. Throws a RangeError for a name that no row goes by. */
export function selectRows(names: readonly string[]): readonly Row[] {
  const known = new Set(rows.flatMap(row => [row.group, row.name]));
  const unknown = names.find(name => !known.has(name));
  if (unknown !== undefined) {
    throw new RangeError(`bench: there is no row or group '${unknown}'; there are ${[...known].join(', ')}.`);
  }
  return names.length === 0 ? rows : rows.filter(row => names.includes(row.name) || names.includes(row.group));
}
