/** What an option must be. */
export interface Rule {
  /** In words, after "expected": `a number from 0 to 1`. */
  readonly expected: string;
  /** Whether a value is of another kind, or of the right kind and out of range; undefined for a good one. */
  readonly judge: (value: unknown) => 'kind' | 'value' | undefined;
  /** What to do, in an imperative, after a semicolon. */
  readonly advice?: string;
  /** Whether leaving it out is an error. */
  readonly required?: boolean;
}

/** The bounds of a number. */
interface Bounds {
  readonly least?: number;
  readonly most?: number;
  /** The value lies above it. */
  readonly above?: number;
  /** The value lies below it. */
  readonly below?: number;
}

/* The functions here only make rules: a bundler that knows it leaves out rules that nothing uses. */

// @__NO_SIDE_EFFECTS__
function numeric(kind: string, isOne: (value: number) => boolean, bounds: Bounds): Rule {
  const {least = -Infinity, most = Infinity, above = -Infinity, below = Infinity} = bounds;
  const low = above !== -Infinity ? ` above ${above}` : least !== -Infinity ? ` from ${least}` : '';
  const to = above === -Infinity && low ? ' to' : `${low && ' and'} up to`;
  const high = below !== Infinity ? `${low && ' and'} below ${below}` : most !== Infinity ? `${to} ${most}` : '';
  const on = low && !high && above === -Infinity ? ' on' : '';
  const holds = (value: number) => value >= least && value <= most && value > above && value < below;
  return {
    expected: `${low || high ? kind : kind.replace('a number', 'a finite number')}${low}${high}${on}`,
    judge: value => (typeof value !== 'number' ? 'kind' : isOne(value) && holds(value) ? undefined : 'value'),
  };
}

/** A finite number within bounds. */
// @__NO_SIDE_EFFECTS__
export const number = (bounds: Bounds = {}): Rule => numeric('a number', Number.isFinite, bounds);

/** A whole number within bounds. */
// @__NO_SIDE_EFFECTS__
export const integer = (bounds: Bounds = {}): Rule => numeric('an integer', Number.isSafeInteger, bounds);

/** One of some words. */
// @__NO_SIDE_EFFECTS__
export function choice(...names: readonly string[]): Rule {
  const quoted = names.map(name => `'${name}'`);
  return {
    expected: quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} or ${quoted[quoted.length - 1]}`,
    judge: value => (typeof value !== 'string' ? 'kind' : names.includes(value) ? undefined : 'value'),
  };
}

/** The channels that an image may have. */
export const imageChannels: Rule = {
  expected: '1 (grey) or 3 (RGB)',
  judge: value => (typeof value !== 'number' ? 'kind' : value === 1 || value === 3 ? undefined : 'value'),
};

/** What holds for a value of its kind; `advice` is what to do for one of another. */
// @__NO_SIDE_EFFECTS__
export const kind = (expected: string, holds: (value: unknown) => boolean, advice?: string): Rule => ({
  expected,
  judge: value => (holds(value) ? undefined : 'kind'),
  advice,
});

// @__NO_SIDE_EFFECTS__
const ofType = (type: string, expected: string): Rule => kind(expected, value => typeof value === type);

/** True or false. */
export const flag: Rule = ofType('boolean', 'true or false');

/** Any text. */
export const text: Rule = ofType('string', 'text');

/** A function. */
export const callable: Rule = ofType('function', 'a function');

/** A record. */
export const object: Rule = kind(
  'an object',
  value => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise),
);

/** What is checked elsewhere, or need not be. */
export const anything: Rule = {expected: 'anything', judge: () => undefined};

/** A list, also a typed array, whose items follow a rule; `words` says what it is as a whole. */
// @__NO_SIDE_EFFECTS__
export function list(item: Rule, words = `a list, each ${item.expected},`, length?: number): Rule {
  return {
    expected: words,
    judge: value => {
      if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) return 'kind';
      const items = Array.from(value as ArrayLike<unknown>);
      if (length !== undefined && items.length !== length) return 'value';
      const judged = items.map(item.judge);
      return judged.includes('kind') ? 'kind' : judged.find(found => found !== undefined);
    },
  };
}

/** What one of two rules allows. */
// @__NO_SIDE_EFFECTS__
export function either(one: Rule, other: Rule): Rule {
  return {
    expected: `${one.expected}, or ${other.expected}`,
    judge: value => {
      const judged = [one.judge(value), other.judge(value)];
      return judged.includes(undefined) ? undefined : judged.includes('value') ? 'value' : 'kind';
    },
  };
}

/** What a rule allows and that holds; a value for which it does not is out of range. */
// @__NO_SIDE_EFFECTS__
export const narrowed = (rule: Rule, holds: (value: never) => boolean): Rule => ({
  ...rule,
  judge: value => rule.judge(value) ?? (holds(value as never) ? undefined : 'value'),
});

/** A rule for an option that must be there. */
// @__NO_SIDE_EFFECTS__
export const required = (rule: Rule): Rule => ({...rule, required: true});

/** A rule that says what to do. */
// @__NO_SIDE_EFFECTS__
export const advised = (rule: Rule, advice: string): Rule => ({...rule, advice});

/** What has functions of these names. */
// @__NO_SIDE_EFFECTS__
export const having = (expected: string, members: readonly (string | symbol)[], advice: string): Rule =>
  kind(expected, value => members.every(member => typeof Reflect.get(Object(value), member) === 'function'), advice);

/** A policy of views, of `@contrastive/augment`. */
export const augmentRule: Rule = having(
  'an augmentation',
  ['view', 'sample', 'outputSize'],
  'make one by augmentation([…])',
);

/** A tensor. */
export const tensorRule: Rule = having('a tensor', ['dataSync'], 'make one, as tf.tensor2d(rows)');
