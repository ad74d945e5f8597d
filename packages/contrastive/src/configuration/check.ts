import {likely, nearest, show} from '@contrastive/internal';
import {typed} from '../program/invoked-as.js';
import {flagOf, type Settings} from '../program/setting.js';
import {UsageError} from '../program/usage-error.js';
import {ruleOf, schemaOf} from './schema.js';

/** Where values come from, for messages. */
interface Origin {
  /** What messages begin with. */
  readonly where: string;
  /** The file, where they come from one; else they are flags. */
  readonly file?: string;
}

/**
 * Throws unless values are what settings may be.
 *
 * @throws UsageError for a key that is none, with the nearest that is, and for a value that it cannot have.
 */
export function check(values: Readonly<Record<string, unknown>>, settings: Settings, {where, file}: Origin): void {
  const {success, error} = schemaOf(settings).safeParse(values);
  if (success) return;
  const unknown = error.issues.flatMap(issue => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  if (unknown.length > 0) {
    const [key] = unknown;
    const known = Object.keys(settings);
    throw new UsageError(
      `${where}: expected settings among ${known.join(', ')}${within(file)}, got ${key}; did you mean ` +
        `${nearest(key, known) ?? ''}?`,
    );
  }
  const [key] = error.issues[0].path.map(String);
  const {words, example} = ruleOf(settings[key].kind);
  const name = file === undefined ? nameOf(key, settings) : key;
  const flag = settings[key].argument ? '' : `${name} `;
  const spelled = file === undefined ? `${flag}${example ?? ''}` : `${key}: ${example ?? ''}`;
  const {kind} = settings[key];
  const like = typeof kind === 'string' ? undefined : likely(String(values[key]), kind);
  const usual = example === undefined ? `see ${typed(`${where} --help`)}.` : `give one, for example ${spelled}.`;
  const advice = like === undefined ? usual : `did you mean ${like}?`;
  throw new UsageError(`${where}: expected ${words} as ${name}${within(file)}, got ${show(values[key])}; ${advice}`);
}

const within = (file?: string): string => (file === undefined ? '' : ` in ${file}`);

/** What a user calls a setting: its flag, or the name of its argument. */
export const nameOf = (key: string, settings: Settings): string => {
  const {argument, value = key.toUpperCase()} = settings[key];
  return argument ? value : flagOf(key);
};
