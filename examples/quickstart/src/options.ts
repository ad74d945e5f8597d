import {parseFlags, whole} from '@contrastive/example';
import {quickstart} from './settings.js';

const backends = ['tensorflow', 'wasm', 'cpu'] as const;

/** What the command line decides. */
export interface Options {
  /** Decides every random number: weights, order, views, label subsets. */
  readonly seed: number;
  /** Passes over the training images, if not the setting's. */
  readonly epochs?: number;
  /** The backend to run on, if not the best that is found. */
  readonly backend?: (typeof backends)[number];
  /** Only seconds, to see that everything works. */
  readonly smoke: boolean;
  /** Where results go, if not where the setting's go. */
  readonly out?: string;
}

/** Says which arguments there are. */
export const usage = `npm start -- [flags] trains an encoder on Fashion-MNIST without labels (SimCLR) and measures it.

  --seed N        decides every random number (1)
  --epochs N      passes over the training images (${quickstart.epochs})
  --backend NAME  where to compute: ${backends.join(', ')}; without it the best that is found
  --out DIR       where results go (runs/quickstart); those of an earlier run are kept in DIR/earlier-1
  --quick         seconds instead of minutes: does everything work? (--smoke is the same)
  --help          shows this`;

const flags = {
  seed: {type: 'string'},
  epochs: {type: 'string'},
  backend: {type: 'string'},
  out: {type: 'string'},
  smoke: {type: 'boolean'},
  quick: {type: 'boolean'}, // as the other examples call it
} as const;

/** Reads the arguments after the program's name. Throws a `RangeError` that says what is wrong and what is allowed. */
export function parseOptions(rawArgs: readonly string[]): Options {
  const given = parseFlags('quickstart', flags, rawArgs);
  const seed = whole('quickstart', 'seed', given.seed) ?? 1;
  const epochs = whole('quickstart', 'epochs', given.epochs, 1);
  const backend = backends.find(name => name === given.backend);
  if (backend !== given.backend) {
    throw new RangeError(
      `quickstart: expected ${backends.join(', ')} as --backend, got '${given.backend}'; leave it out for the best.`,
    );
  }
  if (given.out === '') throw new RangeError("quickstart: expected a folder as --out, got ''.");
  return {
    seed,
    ...(epochs !== undefined && {epochs}),
    ...(backend !== undefined && {backend}),
    ...(given.out !== undefined && {out: given.out}),
    smoke: given.smoke === true || given.quick === true,
  };
}
