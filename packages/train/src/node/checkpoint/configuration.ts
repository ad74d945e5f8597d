import {isPlain, show} from '@contrastive/internal';
import type {Json} from './record.js';

/** A configuration as JSON keeps it. */
export type Configuration = Readonly<Record<string, unknown>>;

/**
 * The values of nested plain data by their paths, `head.outputDim`; what JSON drops is left out.
 */
function leaves(value: Json | undefined, path: string): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return path === '' ? [] : [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, part]: [string, Json | undefined]) =>
    leaves(part, path === '' ? key : `${path}.${key}`),
  );
}

/** What JSON would lose, each with its path: `a function of augment`. */
function losses(value: unknown, path: string, within: readonly unknown[]): string[] {
  if (value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)) return [];
  if (within.includes(value)) return [`an object within itself of ${path}`];
  if (typeof value !== 'object' || !(Array.isArray(value) || isPlain(value))) return [`${show(value)} of ${path}`];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    part === undefined && !Array.isArray(value) // a setting that is left out
      ? []
      : losses(part, path === '' ? key : `${path}.${key}`, [...within, value]),
  );
}

/**
 * Throws unless a configuration is plain data, which a checkpoint can hold.
 *
 * @throws TypeError that names what is not, by its path.
 */
export function checkPlain(where: string, configuration: Configuration): void {
  const lost = losses(configuration, '', []);
  if (lost.length === 0) return;
  const named = [...lost.slice(0, 5), ...(lost.length > 5 ? ['…'] : [])].join(', ');
  throw new TypeError(
    `${where}: expected plain data as configuration, got ${named}; ` +
      'give finite numbers, texts, true, false, null, and lists and objects of them.',
  );
}

/** A configuration after a round through JSON. */
export const plain = (configuration: Configuration): Readonly<Record<string, Json | undefined>> =>
  JSON.parse(JSON.stringify(configuration)) as Readonly<Record<string, Json | undefined>>;

/** The paths of all settings: `steps`, `head.outputDim`. */
export const pathsOf = (configuration: Configuration): string[] =>
  leaves(plain(configuration), '').map(([path]) => path);

/** What differs between two configurations, a line each: `learningRate: 0.1 → 0.2`. */
export function changes(saved: Configuration, given: Configuration): {path: string; line: string}[] {
  const [before, now] = [saved, given].map(one => new Map(leaves(plain(one), '')));
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter(path => before.get(path) !== now.get(path))
    .map(path => ({path, line: `${path}: ${before.get(path) ?? 'nothing'} → ${now.get(path) ?? 'nothing'}`}));
}
