import type {Result} from './result.js';

/** The row whose keys need no gradient, and the SimCLR row that has as many images with a gradient. */
export const [moco, half] = ['moco-step-r18-cifar', 'simclr-step-r18-half'];

/** What MoCo's keys cost in memory, where both rows were measured: a line for ours and each peer. */
export function memoryNotes(results: readonly Result[]): string[] {
  const [keyed, bare] = [moco, half].map(name => results.find(result => result.name === name));
  if (keyed === undefined || bare === undefined) return [];
  const note = (who: string, megabytes: number | null, over: number | null): string[] =>
    megabytes === null || over === null
      ? []
      : [`Memory of ${moco} over ${half}: ${(megabytes / over).toFixed(2)} (${who}).`];
  return [
    ...note('ours', keyed.oursMegabytes, bare.oursMegabytes),
    ...note(keyed.peer, keyed.peerMegabytes, bare.peerMegabytes),
  ];
}

const perSecond = (seconds: number): string => Math.round(1 / seconds).toLocaleString('en');

/** The rows of the group `views` in other words: views a second, and what views that are made cost a step. */
export function viewsNotes(results: readonly Result[]): string[] {
  return results.flatMap(({name, peer, oursSeconds, peerSeconds, ratio}) => {
    if (name.startsWith('views-')) {
      const theirs = peerSeconds === null ? '' : `, ${perSecond(peerSeconds)} (${peer})`;
      return [`Views a second in ${name}: ${perSecond(oursSeconds)} (ours)${theirs}.`];
    }
    if (peer === 'fixed-views' && ratio !== null) {
      const percent = 100 * (ratio - 1);
      return [
        `Making the views changes the time of a step in ${name} by ${percent < 0 ? '' : '+'}${percent.toFixed(1)} %.`,
      ];
    }
    return [];
  });
}
