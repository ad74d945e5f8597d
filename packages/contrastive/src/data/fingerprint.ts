import {createHash} from 'node:crypto';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

/** What changes when a file does: its size and the time of its last change. */
export function stampOf(path: string): string {
  const {size, mtimeMs} = statSync(path);
  return `${size}-${Math.round(mtimeMs)}`;
}

/** What changes when a file changes, or one in a folder, at any depth. */
export function fingerprintOf(path: string): string {
  const sum = createHash('sha256');
  const visit = (place: string, name: string): void => {
    if (!statSync(place).isDirectory()) {
      sum.update(`${name}\0${stampOf(place)}\0`);
      return;
    }
    for (const one of readdirSync(place)
      .filter(entry => !entry.startsWith('.'))
      .sort())
      visit(join(place, one), `${name}/${one}`);
  };
  visit(path, '');
  return sum.digest('hex').slice(0, 32);
}
