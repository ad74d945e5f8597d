import {similar} from './names.js';
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
    const key = similar(unknown, known);
    throw new TypeError(
      `${where}: expected options among ${known.join(', ')}, got ${unknown}; ` +
        (key === undefined ? 'leave it out.' : `did you mean ${key}?`),
    );
  }
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined || rule.required) checkValue(where, name, value, rule);
  }
}
