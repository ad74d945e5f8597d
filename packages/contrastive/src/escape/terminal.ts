/** What a terminal may obey, and what turns the direction of text or breaks a line: all but these are letters to it. */
const unsafe = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

const short: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};

/**
 * Text as it may stand within a line of a terminal, whatever is in it: names of files come from anywhere. Control
 * characters, and with them escape sequences, are shown by their numbers.
 *
 * @example
 * printable('a\u001b[2J.jpg'); // 'a\\x1b[2J.jpg'
 */
export const printable = (text: string): string =>
  text.replace(unsafe, one => {
    const code = one.codePointAt(0) ?? 0;
    return short[one] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
  });

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** The same for lines of our own, whose ends stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
