import {isPlain, show} from '@contrastive/internal';

/**
 * Plain data as text, the same whatever the order of its keys; what is undefined is left out, lists of any kind are
 * lists.
 *
 * @throws TypeError for a function, an instance of a class or what else no file could hold.
 */
function canonical(where: string, name: string, value: unknown): string {
  if (typeof value === 'number') return String(value); // JSON has no Infinity
  if (value === null || ['boolean', 'string'].includes(typeof value)) return JSON.stringify(value);
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return `[${Array.from(value as ArrayLike<unknown>, (item, i) => canonical(where, `${name}[${i}]`, item)).join()}]`;
  }
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    const fields = entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(where, `${name}.${key}`, item)}`);
    return `{${fields.join()}}`;
  }
  throw new TypeError(
    `${where}: expected plain data as ${name}, got ${show(value)}; say by numbers and text what it is.`,
  );
}

/** One half of the digest: FNV-1a over UTF-16 units, its bits mixed (the finaliser of MurmurHash 3). */
function half(text: string, basis: number): string {
  let sum = basis;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return ((sum ^ (sum >>> 16)) >>> 0).toString(16).padStart(8, '0');
}

/**
 * 16 hexadecimal digits that tell plain data apart; no protection against somebody who looks for two of the same.
 *
 * @throws TypeError for anything but plain data.
 */
export function digestOf(where: string, name: string, value: unknown): string {
  const text = canonical(where, name, value);
  return half(text, 0x811c9dc5) + half(text, 0x9747b28c);
}
