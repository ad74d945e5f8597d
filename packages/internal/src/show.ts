/** The most characters of a value that a message shows. */
const MOST = 60;

const cut = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST)}…` : text);

/** A value as a message shows it: short, and telling `0.4` from `'0.4'`. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return cut(`[${value.map(show).join(', ')}]`);
  if (typeof value === 'object' && value !== null) {
    const {name} = (value as {constructor?: {name?: string}}).constructor ?? {};
    if (name !== undefined && name !== 'Object') return `${/^(?:[AEIO]|U(?!int))/.test(name) ? 'an' : 'a'} ${name}`;
    return cut(JSON.stringify(value));
  }
  return String(value); // a number, a boolean, undefined, null
}
