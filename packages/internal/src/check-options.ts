import type {Rule} from './rules.js';
import {show} from './show.js';

/** A rule for each option, by name: the compiler asks for all of them. */
export type Rules<O extends object> = {readonly [K in keyof Required<O>]: Rule};

/**
 * Throws unless a value follows a rule: `where: expected … as name, got …; advice.`
 *
 * @throws TypeError for a value of another kind, RangeError for one out of range.
 */
export function checkValue(where: string, name: string, value: unknown, rule: Rule): void {
  const judged = rule.judge(value);
  if (judged === undefined) return;
  const todo = value instanceof Promise ? 'await it' : rule.advice;
  const advice = todo === undefined ? '' : `; ${todo}`;
  const message = `${where}: expected ${rule.expected} as ${name}, got ${show(value)}${advice}.`;
  throw judged === 'kind' ? new TypeError(message) : new RangeError(message);
}

/**
 * Throws unless options are an object whose keys all have a rule, which their values follow. What is undefined counts
 * as left out.
 *
 * @param where Whose options these are: what messages begin with.
 * @throws TypeError for no object, an unknown key (with the nearest that is known), a missing option or a value of
 * another kind; RangeError for a value out of range.
 */
export function checkOptions<O extends object>(where: string, options: O, rules: Rules<O>): void {
  const given: unknown = options; // JavaScript callers may pass anything
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${where}: expected an object of options, got ${show(given)}.`);
  }
  const known = Object.keys(rules);
  const unknown = Object.keys(given).find(key => !known.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(
      `${where}: expected options among ${known.join(', ')}, got ${unknown}; ${adviceFor(unknown, known)}`,
    );
  }
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined || rule.required) checkValue(where, name, value, rule);
  }
}

function adviceFor(unknown: string, known: readonly string[]): string {
  const [nearest] = known
    .map(key => ({key, distance: distance(unknown.toLowerCase(), key.toLowerCase())}))
    .sort((a, b) => a.distance - b.distance);
  return (nearest as typeof nearest | undefined) === undefined ? 'leave it out.' : `did you mean ${nearest.key}?`;
}

/** Whether a word is made of another's letters, in their order and from the first on: `lr` of `learningRate`. */
function isAbbreviation(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at++;
  return at === short.length && long.startsWith(short[0]);
}

/**
 * How many characters are inserted, deleted, replaced or swapped with their neighbour on the way from one word to
 * another (Damerau 1964); a word that is part of the other is near it.
 */
function distance(from: string, to: string): number {
  if (from === to) return 0;
  if (from.length > 1 && (to.includes(from) || from.includes(to))) return 0.5;
  if (isAbbreviation(from, to)) return 0.75;
  const rows = Array.from({length: from.length + 1}, (_, i) =>
    Array.from({length: to.length + 1}, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[from.length][to.length];
}
