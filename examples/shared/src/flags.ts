import {parseArgs, type ParseArgsConfig} from 'node:util';
import {checkValue, reasonOf} from '@contrastive/internal';

/** Seeds have 32 bits. */
const largest = 2 ** 32 - 1;

/**
 * Reads the command line.
 *
 * @param where Whose it is: what messages begin with.
 * @param options The flags, as `parseArgs` of Node takes them.
 * @throws RangeError for anything else than these flags with their values; the message lists them.
 */
export function parseFlags<const O extends NonNullable<ParseArgsConfig['options']>>(
  where: string,
  options: O,
  args: readonly string[] = process.argv.slice(2),
): ReturnType<typeof parseArgs<{options: O}>>['values'] {
  try {
    return parseArgs({args: [...args], options}).values;
  } catch (cause) {
    const known = Object.entries(options).map(([name, {type}]) => `--${name}${type === 'string' ? ' …' : ''}`);
    const [reason] = reasonOf(cause).split(/\. |\.?\n/); // what follows is advice for other programs
    throw new RangeError(`${where}: expected flags among ${known.join(', ')}, got ${args.join(' ')}; ${reason}.`, {
      cause,
    });
  }
}

/**
 * The whole number that a flag has as its value, or `undefined` where it is not given.
 *
 * @throws RangeError for a text that is none.
 */
export function whole(where: string, name: string, text: string | undefined, least = 0): number | undefined {
  if (text === undefined) return undefined;
  checkValue(where, `--${name}`, text, {
    expected: `a whole number from ${least} to ${largest}`,
    judge: () => (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= largest ? undefined : 'value'),
    advice: `give one, for example --${name} 3`,
  });
  return Number(text);
}
