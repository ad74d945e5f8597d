import {typed} from '../program/invoked-as.js';
import type {Settings, Values} from '../program/setting.js';
import {UsageError} from '../program/usage-error.js';
import {ABOUT} from '../run/run-folder.js';
import {check, nameOf} from './check.js';
import {readConfiguration} from './read-file.js';
import {fromText, ruleOf} from './schema.js';

/**
 * What a command is told, checked: the settings of `--config`, and over them flags and arguments.
 *
 * @param name The command's.
 * @param given Flags and arguments by key, as texts.
 * @throws UsageError for anything that it cannot be told, and for what is missing.
 */
export async function resolveValues<S extends Settings>(
  name: string,
  settings: S,
  given: Readonly<Record<string, unknown>>,
): Promise<Values<S>> {
  const where = `contrastive ${name}`;
  const flags = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, fromText(settings[key], value)]));
  check(flags, settings, {where});
  const file = flags.config as string | undefined;
  const saved = file === undefined ? {} : ofCommand(name, file, await readConfiguration(where, file));
  if (file !== undefined) check(saved, settings, {where, file});
  const values = {...saved, ...flags};
  const missing = Object.keys(settings).find(key => settings[key].required && values[key] === undefined);
  if (missing !== undefined) {
    const called = nameOf(missing, settings);
    const {argument, kind, value = 'a value'} = settings[missing];
    const expected = typeof kind === 'string' ? value : ruleOf(kind).words;
    throw new UsageError(
      `${where}: expected ${argument ? '' : `${expected} as `}${called}, got none; see ${typed(`${where} --help`)}.`,
    );
  }
  return values as Values<S>; // as the schema has checked
}

/** The settings of a file, which may say of which command they are. */
function ofCommand(name: string, file: string, read: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const {command} = read;
  if (command !== undefined && command !== name) {
    const called = typeof command === 'string' ? command : 'no command';
    throw new UsageError(
      `contrastive ${name}: expected a configuration of ${name} as --config, got ${file}, which is of ${called}; run ` +
        `${typed(`contrastive ${called}`)}, or give another file.`,
    );
  }
  return Object.fromEntries(Object.entries(read).filter(([key]) => !ABOUT.includes(key)));
}
