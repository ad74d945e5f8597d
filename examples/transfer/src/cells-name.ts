import {createHash} from 'node:crypto';

/** The file of the cells: those of other settings have another, so that no table mixes what cannot be compared. */
export function cellsName<S extends object>(settings: S, defaults: S): string {
  const [own, usual] = [settings, defaults].map(one => JSON.stringify(Object.entries(one).map(String)));
  return own === usual ? 'cells.jsonl' : `cells-${createHash('sha256').update(own).digest('hex').slice(0, 8)}.jsonl`;
}
