import type {ProbeEntry, RunData} from '../data.js';
import {colors, runColor} from './chart.js';

/** Whose features, as people call them, in the order of the table. */
const encoders: Readonly<Record<string, string>> = {
  raw: 'raw pixels',
  untrained: 'untrained encoder',
  trained: 'trained encoder',
  supervised: 'trained on the labels',
};

/** What features are called in the table. */
export const called = (encoder: string): string => (Object.hasOwn(encoders, encoder) ? encoders[encoder] : encoder);

/** Results of one encoder by one classifier: what a row of the table has. */
export interface Row {
  readonly encoder: string;
  readonly entries: readonly ProbeEntry[];
  /** Of which run; none of a baseline that is the same for all. */
  readonly run?: number;
}

const isSame = (a: readonly ProbeEntry[], b: readonly ProbeEntry[]): boolean =>
  a.length === b.length && a.every((entry, i) => entry.labels === b[i].labels && entry.accuracy === b[i].accuracy);

/** The rows of one classifier: baselines first, those that all runs share once. */
export function rowsOf(runs: readonly RunData[], classifier: string): Row[] {
  const all = runs.flatMap(({probe}, run): Row[] => {
    const entries = (probe?.entries ?? []).filter(entry => entry.classifier === classifier);
    return [...new Set(entries.map(({encoder}) => encoder))].map(encoder => ({
      encoder,
      run,
      entries: entries.filter(entry => entry.encoder === encoder).sort((a, b) => a.labels - b.labels),
    }));
  });
  const rank = ({encoder}: Row): number => {
    const at = Object.keys(encoders).indexOf(encoder);
    return at < 0 ? Object.keys(encoders).length : at;
  };
  const rows: Row[] = [];
  for (const row of all.sort((a, b) => rank(a) - rank(b))) {
    const shared = row.encoder !== 'trained' && runs.length > 1;
    const twin = shared ? rows.findIndex(one => one.encoder === row.encoder && isSame(one.entries, row.entries)) : -1;
    if (twin < 0) rows.push(row);
    else rows[twin] = {encoder: row.encoder, entries: row.entries};
  }
  return rows;
}

/** The colour of a row in charts. */
export const colorOf = ({encoder, run}: Row): string => {
  if (encoder === 'raw') return colors.raw;
  if (encoder === 'untrained') return colors.untrained;
  if (encoder === 'supervised') return colors.supervised;
  return encoder === 'trained' && run !== undefined ? runColor(run) : colors.muted;
};

/** The class of a row's swatch, of the same colour. */
export const swatchOf = ({encoder, run}: Row): string =>
  encoder === 'trained' && run !== undefined
    ? `run-${run}`
    : ['raw', 'untrained', 'supervised'].includes(encoder)
      ? encoder
      : 'other';
