/** Markup that may stand in a page as it is: made by {@link html}, which escapes, or vouched for by {@link trusted}. */
export interface Html {
  /** The markup. */
  readonly markup: string;
}

/** What may stand in a template of {@link html}: text and numbers are escaped, markup stays, lists are joined. */
export type Fillable = string | number | Html | undefined | readonly Fillable[];

/** What this module made: a record that looks like markup is text like any other. */
const made = new WeakSet<object>();

const named: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

/**
 * What a reader must not be fooled by: control characters are shown as their pictures (␊ for a line feed), marks that
 * turn the direction of the text, and halves of pairs, as �.
 */
export const visible = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    .replace(/[\u0000-\u001f]/g, one => String.fromCharCode(0x2400 + one.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu, '\ufffd');

/**
 * Text as it may stand in an element or in a quoted attribute, whatever is in it: names of files come from anywhere.
 *
 * @example
 * escapeHtml('</script>'); // '&lt;/script&gt;'
 */
export const escapeHtml = (text: string): string => visible(text).replace(/[&<>"']/g, one => named[one]);

/** Vouches for markup that was made without text from outside, or whose maker escaped it. */
export function trusted(markup: string): Html {
  const result = {markup};
  made.add(result);
  return result;
}

const filled = (value: Fillable): string => {
  if (value === undefined) return '';
  if (typeof value === 'object' && made.has(value)) return (value as Html).markup;
  if (Array.isArray(value)) return (value as readonly Fillable[]).map(filled).join('');
  return escapeHtml(`${value as string | number}`);
};

/**
 * A template of markup: what stands in `${}` is escaped unless it is markup itself; lists are joined, `undefined` is
 * nothing. Attributes must be quoted.
 *
 * @example
 * html`<p title="${name}">${name}</p>`.markup
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Fillable[]): Html =>
  trusted(strings.map((part, i) => part + (i < values.length ? filled(values[i]) : '')).join(''));

/**
 * A value as JSON that may stand in a `<script>`: no character of it ends the element, begins a comment, or ends a line
 * in JavaScript.
 */
export const scriptJson = (value: unknown): Html =>
  trusted(
    JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
