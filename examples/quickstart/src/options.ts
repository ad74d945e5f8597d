import {defineCommand, parseArgs, type ArgsDef} from 'citty';
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
}

const args = {
  seed: {type: 'string', description: 'Decides every random number', valueHint: 'whole number', default: '1'},
  epochs: {
    type: 'string',
    description: `Passes over the training images (${quickstart.epochs})`,
    valueHint: 'whole number',
  },
  backend: {
    type: 'string',
    description: 'Where to compute; without it the best that is found',
    valueHint: backends.join('|'),
  },
  smoke: {type: 'boolean', description: 'Seconds instead of minutes: does everything work?', default: false},
} satisfies ArgsDef;

/** The command, as its usage shows it. */
export const command = defineCommand({
  meta: {
    name: 'npm start --',
    description: 'Trains an encoder on Fashion-MNIST without labels (SimCLR) and measures it.',
  },
  args,
});

/** Seeds have 32 bits. */
const largest = 2 ** 32 - 1;

function whole(name: string, given: string, least: number): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value) || value < least || value > largest) {
    throw new RangeError(
      `--${name} must be a whole number from ${least} to ${largest}, for example --${name} 3; got "${given}".`,
    );
  }
  return value;
}

/** Reads the arguments after the program's name. Throws a `RangeError` that says what is wrong and what is allowed. */
export function parseOptions(rawArgs: readonly string[]): Options {
  const parsed = parseArgs<typeof args>([...rawArgs], args);
  const unknown = rawArgs.find(
    arg => /^--?[a-z]/i.test(arg) && !Object.hasOwn(args, arg.replace(/^--/, '').replace(/=.*/s, '')),
  );
  const known = Object.keys(args).map(name => `--${name}`);
  if (unknown !== undefined) throw new RangeError(`Unknown argument "${unknown}". Known are ${known.join(', ')}.`);
  if (parsed._.length > 0)
    throw new RangeError(`Unexpected argument "${parsed._[0]}": every argument has a name, for example --seed 2.`);
  const {seed, epochs, backend, smoke} = parsed;
  const chosen = backends.find(name => name === backend);
  if (backend !== undefined && chosen === undefined)
    throw new RangeError(`--backend must be one of ${backends.join(', ')}; got "${backend}".`);
  return {
    seed: whole('seed', seed, 0),
    ...(epochs === undefined ? {} : {epochs: whole('epochs', epochs, 1)}),
    ...(chosen === undefined ? {} : {backend: chosen}),
    smoke,
  };
}
