import {object, type Rule} from './rules.js';
import {isPlain, show} from './show.js';

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
  const todo = value instanceof Promise ? 'await it' : typeof value === 'function' ? 'call it' : rule.advice;
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
  if (object.judge(given) !== undefined || !isPlain(given as object)) {
    const must = Object.keys(rules).filter(name => (rules as Record<string, Rule>)[name].required);
    const missing = given === undefined && must.length > 0 ? `; give {${must.join(', ')}}` : '';
    const advice = given instanceof Promise ? '; await it' : missing;
    throw new TypeError(`${where}: expected an object of options, got ${show(given)}${advice}.`);
  }
  const known = Object.keys(rules);
  const unknown = Object.keys(options).find(key => !known.includes(key));
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
  const key = nearest(unknown, known);
  return key === undefined ? 'leave it out.' : `did you mean ${key}?`;
}

/** The name among those known that is most like another; undefined where none is known. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const [first] = known
    .map(key => ({
      key,
      distance: distance(unknown.toLowerCase(), key.toLowerCase()),
      longer: Math.abs(key.length - unknown.length),
    }))
    .sort((a, b) => a.distance - b.distance || a.longer - b.longer);
  return (first as typeof first | undefined)?.key;
}

/** The same where it was likely meant: a third of the letters of both may differ; else undefined. */
export function likely(unknown: string, known: readonly string[]): string | undefined {
  const name = nearest(unknown, known);
  if (name === undefined) return undefined;
  const differing = distance(unknown.toLowerCase(), name.toLowerCase());
  return 3 * differing <= unknown.length + name.length ? name : undefined;
}

/** How far a name is from another: by how many letters they differ, less where one has or abbreviates the other. */
function distance(from: string, to: string): number {
  if (from === to) return 0;
  if (from.length > 1 && (to.includes(from) || from.includes(to))) return Math.abs(from.length - to.length) / 4;
  let at = 0; // in `from`, whose letters stand in `to` in this order
  for (const letter of to) if (letter === from[at]) at++;
  if (at === from.length && to.startsWith(from[0])) return 0.75;
  const count = (word: string, letter: string) => word.split(letter).length;
  return [...new Set(from + to)].reduce((sum, letter) => sum + Math.abs(count(from, letter) - count(to, letter)), 0);
}
