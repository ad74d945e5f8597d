import type {BadImage} from '@contrastive/data';
import {printable} from '../escape/terminal.js';
import {fromHere} from './from-here.js';
import type {Output} from './output.js';
import {counted} from './words.js';

/** Bad images that are told one by one. */
const FEW = 10;

/** Says which images could not be used, and why; all of them to programs. */
export function tellBad(bad: readonly BadImage[], output: Output): void {
  for (const {path, reason} of bad) output.record({event: 'left-out', path, reason});
  if (output.json || bad.length === 0) return;
  output.note(`${counted(bad.length, 'image')} left out:`);
  for (const {path, reason} of bad.slice(0, FEW)) output.note(`  ${printable(fromHere(path))}: ${printable(reason)}`);
  if (bad.length > FEW) output.note(`  and ${counted(bad.length - FEW, 'other')}`);
}
