import {z} from 'zod';
import type {Kind, Setting, Settings, ValueOfKind} from '../program/setting.js';

/** What a value of a kind must be: its schema, and how it is said after "expected". */
interface KindRule {
  readonly schema: z.ZodType;
  readonly words: string;
  /** For "for example". */
  readonly example?: string;
}

const whole = z.number().int();

const rules: Readonly<Record<keyof ValueOfKind, KindRule>> = {
  text: {schema: z.string().min(1), words: 'text that is not empty'},
  texts: {schema: z.array(z.string().min(1)).min(1), words: 'one text or more'},
  flag: {schema: z.boolean(), words: 'true or false'},
  count: {schema: whole.min(1), words: 'a whole number from 1 on', example: '64'},
  whole: {schema: whole.min(0).max(2 ** 32 - 1), words: 'a whole number from 0 to 4294967295', example: '3'},
  positive: {schema: z.number().positive(), words: 'a number above 0', example: '0.1'},
  amount: {schema: z.number().min(0), words: 'a number from 0 on', example: '0.001'},
  share: {schema: z.number().gt(0).lt(1), words: 'a number above 0 and below 1', example: '0.2'},
  fraction: {schema: z.number().min(0).max(1), words: 'a number from 0 to 1', example: '0.99'},
  channels: {schema: z.union([z.literal(1), z.literal(3)]), words: '1 (grey) or 3 (RGB)', example: '3'},
  budgets: {
    schema: z.array(z.union([whole.min(1), z.literal('all')])).min(1),
    words: 'whole numbers from 1 on or all',
    example: '100,1000,all',
  },
};

/** What the value of a kind must be. */
export function ruleOf(kind: Kind): KindRule {
  if (typeof kind === 'string') return rules[kind];
  const words = kind.length === 1 ? kind[0] : `${kind.slice(0, -1).join(', ')} or ${kind.at(-1) ?? ''}`;
  return {schema: z.enum(kind), words, example: kind[0]};
}

/** The schema of all that a command may be told: no other key is. */
export const schemaOf = (settings: Settings): z.ZodType<Record<string, unknown>> =>
  z.strictObject(
    Object.fromEntries(Object.entries(settings).map(([key, {kind}]) => [key, ruleOf(kind).schema.optional()])),
  );

const toNumber = (text: string): number | string =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;

/** A flag's text as the kind has its values; what is none stays text, which the schema refuses. */
export function fromText({kind}: Setting, given: unknown): unknown {
  if (kind === 'budgets' && typeof given === 'string')
    return given.split(',').map(one => (one.trim() === 'all' ? 'all' : toNumber(one.trim())));
  const numeric = typeof kind === 'string' && !['text', 'texts', 'flag', 'budgets'].includes(kind);
  return numeric && typeof given === 'string' ? toNumber(given) : given;
}
