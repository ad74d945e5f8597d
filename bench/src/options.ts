import {parseArgs} from 'node:util';
import {advised, checkValue, integer, reasonOf} from '@contrastive/internal';
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
  /** Says where our steps spend their time and memory, instead of measuring them beside others. */
  readonly profile: boolean;
}

const defaultRepeats = 7;

/** Says which arguments there are. */
export const usage = `npm run bench -- [rows or groups] [arguments]: measures training steps and random views beside
other libraries.

  groups       ${groupNames.join(', ')}
  rows         ${rowNames.join('\n               ')}
  --json FILE  also writes the results to this file, as JSON
  --repeats N  turns of each contestant (${defaultRepeats})
  --quick      tiny networks and batches, one turn: does everything run?
  --profile    where our steps spend their time and memory, by operation
  --help       shows this`;

const text = {type: 'string'} as const;
const flag = {type: 'boolean', default: false} as const;
const flags = {json: text, repeats: text, quick: flag, profile: flag} as const;
const turns = advised(integer({least: 1}), 'for example --repeats 5');

function parse(args: string[]) {
  try {
    return parseArgs({args, options: flags, allowPositionals: true});
  } catch (cause) {
    const [reason] = reasonOf(cause).split(/\. |\.?\n/); // what follows is advice for other programs
    throw new RangeError(
      `bench: expected rows, groups, --json …, --repeats …, --quick, --profile or --help, got ${args.join(' ')}; ` +
        `${reason}.`,
      {cause},
    );
  }
}

/** Reads the arguments after the program's name. Throws a `RangeError` that says what is wrong and what is allowed. */
export function parseOptions(rawArgs: readonly string[]): Options {
  const {
    values: {json, repeats, quick, profile},
    positionals: names,
  } = parse([...rawArgs]);
  checkValue('bench', '--json', json, {
    expected: 'a file',
    judge: () => (json === '' ? 'value' : undefined),
    advice: 'for example --json bench.json',
  });
  checkValue('bench', '--repeats', repeats, {
    ...turns,
    judge: () => (repeats === undefined ? undefined : turns.judge(Number(repeats))),
  });
  const turnsOfEach = Number(repeats ?? (quick ? 1 : defaultRepeats));
  return {names, ...(json !== undefined && {json}), repeats: turnsOfEach, quick, profile};
}
