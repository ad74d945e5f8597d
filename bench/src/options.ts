import {defineCommand, parseArgs, type ArgsDef} from 'citty';
import {groupNames, rowNames} from './rows.js';

/** What the command line decides. */
export interface Options {
  /** Names of rows or groups; the usual ones when empty. */
  readonly names: readonly string[];
  /** Where to write the results as JSON. */
  readonly json?: string;
  /** Turns of each contestant. */
  readonly repeats: number;
  /** Tiny networks and batches, one turn: shows that everything runs. */
  readonly quick: boolean;
}

const defaultRepeats = 7;

const args = {
  json: {type: 'string', description: 'Also write the results to this file, as JSON', valueHint: 'file'},
  repeats: {type: 'string', description: `Turns of each contestant (${defaultRepeats})`, valueHint: 'whole number'},
  quick: {type: 'boolean', description: 'Tiny networks and batches, one turn: does everything run?', default: false},
} satisfies ArgsDef;

/** The command, as its usage shows it. */
export const command = defineCommand({
  meta: {
    name: 'npm run bench -- [row or group …]',
    description:
      'Measures training steps and random views side by side with other libraries. Groups: ' +
      `${groupNames.join(', ')}; rows: ${rowNames.join(', ')}.`,
  },
  args,
});

/** Reads the arguments after the program's name. Throws a `RangeError` that says what is wrong and what is allowed. */
export function parseOptions(rawArgs: readonly string[]): Options {
  const parsed = parseArgs<typeof args>([...rawArgs], args);
  const unknown = rawArgs.find(
    arg => arg.startsWith('-') && !Object.hasOwn(args, arg.replace(/^--?/, '').replace(/=.*/s, '')),
  );
  if (unknown !== undefined) {
    throw new RangeError(
      `bench: unknown argument '${unknown}'; there are ${Object.keys(args)
        .map(name => `--${name}`)
        .join(', ')}.`,
    );
  }
  const {json, repeats, quick} = parsed;
  if (json === '') throw new RangeError('bench: --json needs a file, for example --json bench.json.');
  const turns = repeats === undefined ? (quick ? 1 : defaultRepeats) : Number(repeats);
  if (!Number.isSafeInteger(turns) || turns < 1) {
    throw new RangeError(
      `bench: --repeats must be a whole number from 1 on, for example --repeats 5; got '${repeats ?? ''}'.`,
    );
  }
  return {names: parsed._, ...(json === undefined ? {} : {json}), repeats: turns, quick};
}
