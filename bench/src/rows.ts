import {
  logistic10k,
  logisticSweep,
  neighbours60k,
  type LogisticSettings,
  type NeighboursSettings,
} from './probe-settings.js';
import {
  moco1024,
  mocoR18Cifar,
  quickstart,
  r18Cifar,
  r18Half,
  r18Views,
  r50Photos,
  simclr1024,
  viewsCifar,
  viewsJpeg,
  type SimCLRStep,
  type StepSettings,
  type ViewsSettings,
} from './settings.js';

interface Named {
  readonly name: string;
  /** Rows of one group run together when the group's name is given. */
  readonly groups: readonly string[];
}

/** One line of the table: a step, a batch of views or a measure of features, and a peer that runs the same. */
export type Row = Named &
  (
    | {readonly peer: 'pytorch-channels-last' | 'small-batches'; readonly settings: StepSettings}
    | {readonly peer: 'pytorch-bf16' | 'tfjs-stock' | 'fixed-views'; readonly settings: SimCLRStep}
    | {readonly peer: 'torchvision-pil'; readonly settings: ViewsSettings}
    | {readonly peer: 'scikit-learn'; readonly settings: LogisticSettings}
    | {readonly peer: 'pytorch'; readonly settings: NeighboursSettings}
  );

/** The group that runs when nothing is named. */
const usual = 'step';

/** Every row, in the table's order. */
export const rows: readonly Row[] = [
  {name: 'simclr-step-r18-cifar', groups: ['step'], peer: 'pytorch-channels-last', settings: r18Cifar},
  {name: 'simclr-step-r18-cifar', groups: ['step'], peer: 'pytorch-bf16', settings: r18Cifar},
  {name: 'simclr-step-r18-cifar', groups: ['step'], peer: 'tfjs-stock', settings: r18Cifar},
  {name: 'simclr-step-quickstart', groups: ['step'], peer: 'pytorch-channels-last', settings: quickstart},
  {name: 'simclr-step-r50-224', groups: ['step'], peer: 'pytorch-channels-last', settings: r50Photos},
  {name: 'moco-step-r18-cifar', groups: ['step', 'memory'], peer: 'pytorch-channels-last', settings: mocoR18Cifar},
  {name: 'simclr-step-r18-half', groups: ['memory'], peer: 'pytorch-channels-last', settings: r18Half},
  {name: 'simclr-1024', groups: ['large'], peer: 'small-batches', settings: simclr1024},
  {name: 'moco-1024', groups: ['large'], peer: 'small-batches', settings: moco1024},
  {name: 'views-cifar-32', groups: ['views'], peer: 'torchvision-pil', settings: viewsCifar},
  {name: 'views-jpeg-224', groups: ['views'], peer: 'torchvision-pil', settings: viewsJpeg},
  {name: 'step-with-views-r18-cifar', groups: ['views'], peer: 'fixed-views', settings: r18Views},
  {name: 'logistic-10k-512', groups: ['probe'], peer: 'scikit-learn', settings: logistic10k},
  {name: 'logistic-sweep-45', groups: ['probe'], peer: 'scikit-learn', settings: logisticSweep},
  {name: 'knn-60k', groups: ['probe'], peer: 'pytorch', settings: neighbours60k},
];

/** The names of groups and rows, each once. */
export const groupNames: readonly string[] = [...new Set(rows.flatMap(row => row.groups))];
export const rowNames: readonly string[] = [...new Set(rows.map(row => row.name))];

/**
 * The rows that go by any of `names`, their own or their group's; without names those of the group `step`. Throws a
 * RangeError for a name that no row goes by.
 */
export function selectRows(names: readonly string[]): readonly Row[] {
  const known = [...groupNames, ...rowNames];
  const unknown = names.find(name => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`bench: expected rows or groups among ${known.join(', ')}, got '${unknown}'.`);
  }
  const wanted = names.length === 0 ? [usual] : names;
  return rows.filter(({name, groups}) => wanted.some(one => one === name || groups.includes(one)));
}
