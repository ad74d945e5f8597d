import {likely} from '@contrastive/internal';
import type {CommanderError} from 'commander';
import type {Command} from './command.js';
import {typed} from './invoked-as.js';
import {flagOf} from './setting.js';
import {UsageError} from './usage-error.js';

/** What is quoted in a message of commander's: the flag, command or argument that it is about. */
const quoted = (message: string): string => /'(?:-\w, )?([^']*?)(?: <[^']*)?'/.exec(message)?.[1] ?? '';

/** What commander found wrong in the arguments, in our words, with the nearest that is right. */
export function misspelt(error: CommanderError, args: readonly string[], commands: readonly Command[]): UsageError {
  const names = commands.map(({name}) => name);
  const command = commands.find(({name}) => name === args.find(arg => !arg.startsWith('-')));
  const where = command === undefined ? 'contrastive' : `contrastive ${command.name}`;
  const help = `see ${typed(`${where} --help`)}.`;
  const got = quoted(error.message);
  const fail = (expected: string, found: string, advice: string): UsageError =>
    new UsageError(`${where}: expected ${expected}, got ${found}; ${advice}`, {cause: error});
  const unknown = (name: string): UsageError => {
    const like = likely(name, names);
    return fail(`a command among ${names.join(', ')}`, name, like === undefined ? help : `did you mean ${like}?`);
  };
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknown(got);
    case 'commander.help': // asked for of a command that is none
      return unknown(args.slice(1).join(' '));
    case 'commander.unknownOption': {
      const own = Object.entries(command?.settings ?? {}).filter(([, {argument}]) => !argument);
      const general = ['--help', ...(command ? [] : ['--version'])];
      const flags = [...general, ...own.map(([key]) => flagOf(key))];
      const [flag] = got.split('=');
      const like = likely(
        flag.replace(/^-+/, ''),
        flags.map(one => one.slice(2)),
      );
      return like === undefined
        ? fail(`flags among ${flags.join(', ')}`, flag, help)
        : fail('a known flag', flag, `did you mean --${like}?`);
    }
    case 'commander.optionMissingArgument':
      return fail(`a value behind ${got}`, 'none', `give one; ${help}`);
    default:
      return fail('arguments that fit', error.message.replace(/^error: /, ''), help);
  }
}
