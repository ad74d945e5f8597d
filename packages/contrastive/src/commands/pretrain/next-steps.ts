import {join, resolve} from 'node:path';
import {isStream, type Data} from '../../data/open-data.js';
import {hasClasses} from '../../data/splits.js';
import {shell} from '../../escape/shell.js';
import {printable} from '../../escape/terminal.js';
import {fromHere} from '../../output/from-here.js';
import {typed} from '../../program/invoked-as.js';
import {LAYOUT} from '../../run/run-folder.js';

/** How to train on after the end: a run is as long as it was begun, and another may begin from its encoder. */
export function trainLonger(out: string): string {
  const [own, encoder, other] = [
    join(out, LAYOUT.configuration),
    join(out, LAYOUT.encoder),
    fromHere(`${resolve(out)}-longer`),
  ].map(path => shell(path));
  const command = `contrastive pretrain --config ${own} --encoder ${encoder} --out ${other}`;
  return `The run was done before. To train longer, begin another from its encoder:\n  ${printable(typed(command))}`;
}

/**
 * What to do with a run that is done, as commands to copy: to measure it, or, where the images have no classes to
 * measure it by, to look at it.
 *
 * @param spec The images, as the user calls them.
 */
export function nextSteps(out: string, spec: string, {source, files}: Pick<Data, 'source' | 'files'>): string {
  const [run, data] = [shell(out), shell(fromHere(spec))];
  const line = (command: string): string => `\n  ${printable(typed(command))}`;
  // Classes of shards are known when they are read as a whole.
  if (isStream(source) || hasClasses(source))
    return `Measure it:${line(`contrastive probe ${run} --train ${data} --test-share 0.2`)}`;
  const bad = new Set(source.bad.map(({path}) => path));
  const good = Array.from({length: source.length}, (_, index) => source.nameOf(index)).find(name => !bad.has(name));
  const query = files && good !== undefined ? shell(fromHere(good)) : 'IMAGE';
  return (
    'These images have no classes to measure it by (a probe can have others, as --train). Look at what it finds ' +
    'alike, and at how it learned:' +
    line(`contrastive search ${run} ${data} --query ${query} --out found.html`) +
    line(`contrastive report ${run}`)
  );
}
