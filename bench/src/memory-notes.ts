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
