import type {Language} from './experiment.js';
import type {Machine} from './machines.js';
import {words} from './words.js';

/** Machines in a sentence: those with the same versions together, of which only the processors are told apart. */
export function machinesIn(machines: readonly Machine[], language: Language): string {
  const say = words[language];
  const byVersions = new Map<string, Set<string>>();
  for (const {processor, threads, ...versions} of machines) {
    const name = Object.entries(versions)
      .map(([program, version]) => `${program} ${version}`)
      .join(', ');
    const own = byVersions.get(name) ?? new Set();
    byVersions.set(name, own.add(threads ? `${processor} (${say.threads(threads)})` : processor));
  }
  return [...byVersions].map(([versions, own]) => `${versions}, ${say.processors([...own])}`).join('; ');
}
