/** The most characters of a value that a message shows. */
const MOST = 60;

const cut = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST)}…` : text);

/** A value as a message shows it: short, and telling `0.4` from `'0.4'`. */
export function show(value: unknown): string {
  return shown(value, 0);
}

/** The same within a list. */
function shown(value: unknown, depth: number): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) {
    if (depth > 3) return '[…]';
    const items = value.slice(0, MOST).map(item => shown(item, depth + 1)); // more would be cut
    return cut(`[${items.join(', ')}${value.length > MOST ? ', …' : ''}]`);
  }
  if (typeof value === 'object' && value !== null) return cut(classOf(value) ?? fields(value));
  return `${String(value)}${typeof value === 'bigint' ? 'n' : ''}`; // or a number, a boolean, undefined, null
}

/** Whether an object is a record, of no class of its own. */
export const isPlain = (value: object): boolean => classOf(value) === undefined;

/** The class of an object, unless it is a plain one or a list. */
function classOf(value: object): string | undefined {
  const {name} = (value as {constructor?: {name?: string}}).constructor ?? {};
  if (name === undefined || name === 'Object' || Array.isArray(value)) return undefined;
  return `${/^(?:[AEIO]|U(?!int))/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A plain object as JSON, with the classes of what is no plain data in it. */
function fields(value: object): string {
  const plain = (_key: string, item: unknown): unknown => {
    if (typeof item === 'function' || typeof item === 'bigint') return show(item);
    return typeof item === 'object' && item !== null ? (classOf(item) ?? item) : item;
  };
  try {
    return JSON.stringify(value, plain);
  } catch {
    return `an object of ${Object.keys(value).join(', ')}`; // it has itself in it
  }
}
