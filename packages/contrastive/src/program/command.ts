import type {Output} from '../output/output.js';
import type {Settings, Values} from './setting.js';

/** What a command has besides what it was told. */
export interface Context {
  /** Takes what it has to say. */
  readonly output: Output;
}

/** One command of the program. */
export interface Command<S extends Settings = Settings> {
  /** What it is called. */
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What is to know besides, behind its flags in `--help`. */
  readonly more?: string;
  /** What it may be told. */
  readonly settings: S;
  /**
   * Does it. What is large is imported here, so that `--help` is quick.
   *
   * @returns The exit code, 0 by default.
   */
  run(values: Values<S>, context: Context): Promise<number | undefined>;
}

/** A command, with the types of its settings. */
export const command = <const S extends Settings>(given: Command<S>): Command => given;

/** What every command may be told. */
export const common = {
  config: {kind: 'text', value: 'FILE', about: 'settings from a file: .json, .yaml, .mjs or .ts; flags override them'},
  json: {kind: 'flag', about: 'one JSON object a line, for programs'},
  verbose: {kind: 'flag', about: 'show where an error came from'},
} as const satisfies Settings;

/** What every command may be told that computes. */
export const computing = {
  backend: {
    kind: ['tensorflow', 'wasm', 'cpu'],
    value: 'NAME',
    about: 'where to compute: tensorflow, wasm or cpu; by default the fastest available',
  },
} as const satisfies Settings;
