/** What a value may be; words and a schema for each are in `configuration`. */
export type Kind = keyof ValueOfKind | readonly string[];

/** The value of each kind, as TypeScript has it. */
export interface ValueOfKind {
  /** Any text that is not empty. */
  readonly text: string;
  /** Texts, one flag for each or several behind one. */
  readonly texts: readonly string[];
  /** Given or not. */
  readonly flag: boolean;
  /** A whole number from 1 on. */
  readonly count: number;
  /** A whole number from 0 to 2³² − 1. */
  readonly whole: number;
  /** A number above 0. */
  readonly positive: number;
  /** A number from 0 on. */
  readonly amount: number;
  /** A number above 0 and below 1. */
  readonly share: number;
  /** A number from 0 to 1. */
  readonly fraction: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** Whole numbers from 1 on and `all`, separated by commas. */
  readonly budgets: readonly (number | 'all')[];
}

/** One thing that a command may be told: a flag, a key of a configuration, or an argument without a name. */
export interface Setting {
  /** What its value may be; a list of words is a choice among them. */
  readonly kind: Kind;
  /** What it does, for `--help`. */
  readonly about: string;
  /** What stands for its value in `--help`. */
  readonly value?: string;
  /** Its flag of one letter. */
  readonly letter?: string;
  /** Whether it is an argument without a name, in the order of the settings; then `value` is its name. */
  readonly argument?: boolean;
  /** Whether the command cannot do without it. */
  readonly required?: boolean;
}

/** What a command may be told, by the key that a configuration has. */
export type Settings = Readonly<Record<string, Setting>>;

/** The value of a kind. */
type ValueOf<K extends Kind> = K extends keyof ValueOfKind
  ? ValueOfKind[K]
  : K extends readonly string[]
    ? K[number]
    : never;

/** What a command was told: what is required is there. */
export type Values<S extends Settings> = {
  readonly [K in keyof S as S[K] extends {readonly required: true} ? K : never]: ValueOf<S[K]['kind']>;
} & {readonly [K in keyof S]?: ValueOf<S[K]['kind']>};

/** The flag of a key: `learningRate` is `--learning-rate`. */
export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
