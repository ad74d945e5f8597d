import {Argument, Command as Program, Option} from 'commander';
import {exitCodesHelp} from './exit-codes.js';
import type {Command} from './command.js';
import {typed} from './invoked-as.js';
import {flagOf, type Setting} from './setting.js';
import {UsageError} from './usage-error.js';

/** What the user asked for: a command, and its flags and arguments as texts. */
export interface Asked {
  readonly command: Command;
  readonly given: Readonly<Record<string, unknown>>;
}

/** The option of a setting. */
function optionOf(key: string, {kind, value, letter, about}: Setting): Option {
  const name = letter === undefined ? flagOf(key) : `-${letter}, ${flagOf(key)}`;
  if (kind === 'flag') return new Option(name, about);
  const several = kind === 'texts' ? '...' : '';
  return new Option(`${name} <${value ?? 'N'}${several}>`, about);
}

/** Throws where there are more arguments without a flag than a command has: often a shell put files for a `*`. */
function checkNumber({name, settings}: Command, args: readonly string[]): void {
  const positions = Object.values(settings).filter(({argument}) => argument);
  const more = args.slice(positions.length);
  if (more.length === 0 || positions.some(({kind}) => kind === 'texts')) return;
  const own = positions.map(({value = ''}) => value).join(' and ') || 'flags';
  const rest = more.length > 2 ? `${more[0]} and ${more.length - 1} more` : more.join(' and ');
  const advice = positions.length > 0 ? 'leave that out, or give the folder of several files' : 'leave that out';
  throw new UsageError(`contrastive ${name}: expected ${own} alone, got ${rest} too; ${advice}.`);
}

/** Adds a command with its flags and arguments. */
function add(program: Program, one: Command, onAsked: (asked: Asked) => void): void {
  const sub = program.command(one.name).summary(one.summary).description(one.summary);
  const settings = Object.entries(one.settings);
  const positions = settings.filter(([, {argument}]) => argument);
  for (const [key, {kind, value = key.toUpperCase(), about}] of positions)
    sub.addArgument(new Argument(`[${value}${kind === 'texts' ? '...' : ''}]`, about));
  for (const [key, setting] of settings) if (!setting.argument) sub.addOption(optionOf(key, setting));
  if (one.more !== undefined) sub.addHelpText('after', `\n${one.more}`);
  sub.action((...args: readonly unknown[]) => {
    checkNumber(one, sub.args);
    const texts = positions.map(([key], i) => [key, args[i]] as const);
    const given = Object.entries({...Object.fromEntries(texts), ...sub.opts()}).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    );
    onAsked({command: one, given: Object.fromEntries(given)});
  });
}

/**
 * The program: commands, flags and help. It throws instead of ending the process, and writes nothing but help and
 * version.
 *
 * @param onAsked Takes what the user asked for.
 */
export function buildProgram(commands: readonly Command[], version: string, onAsked: (asked: Asked) => void): Program {
  const program = new Program('contrastive')
    .description('From a folder of images to an encoder, a measure of what it learned, and a search.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .usage('COMMAND [arguments]')
    .exitOverride()
    .configureOutput({writeErr: () => undefined, outputError: () => undefined})
    .addHelpText(
      'after',
      `
Begin with a folder of images:
  ${typed('contrastive pretrain photos --out runs/photos')}
  ${typed('contrastive probe runs/photos --train photos --test-share 0.2')}
  ${typed('contrastive search runs/photos photos --query one.jpg --out found.html')}
  ${typed('contrastive serve runs/photos photos')}

${exitCodesHelp}`,
    );
  for (const one of commands) add(program, one, onAsked);
  for (const sub of program.commands)
    sub.copyInheritedSettings(program).allowExcessArguments().helpOption('-h, --help', 'show this help');
  return program;
}
