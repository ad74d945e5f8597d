import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {csvCell, csvLine} from '../src/escape/csv.js';
import {escapeHtml} from '../src/escape/html.js';
import {printable, printableLines} from '../src/escape/terminal.js';
import {createOutput} from '../src/output/output.js';
import {table} from '../src/output/table.js';
import {cards, page} from '../src/plain-page/page.js';

const golden = JSON.parse(readFileSync(new URL('golden/files.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly (readonly (string | number)[])[];
  readonly csv: string;
};

/** What names of files may have in them. */
const nasty = [
  '</script><script>alert(1)</script>',
  '" onerror="alert(1)',
  '=HYPERLINK("http://x","y")',
  'a\u001b[2J\u001b]0;title\u0007.jpg',
  'line\nbreak\r.jpg',
  '\u202egpj.exe',
  '🐈 <b>.jpg',
];

test('lines are as the csv module of Python writes them', () => {
  expect(golden.rows.map(csvLine).join('')).toBe(golden.csv);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '\r=1'])(
  'a spreadsheet takes %j for text',
  formula => {
    const cell = csvCell(formula);
    expect(cell.startsWith('"') ? cell.slice(1, -1) : cell).toBe(`'${formula}`);
  },
);

test('numbers stay numbers', () => {
  expect(csvLine([-1.5, 'x', undefined, 0])).toBe('-1.5,x,,0\r\n');
});

test.each(nasty)('a terminal obeys nothing in %j, and it stays on one line', name => {
  expect(printable(name)).not.toMatch(/[\p{Cc}\u202e]/u);
  const written: string[] = [];
  const output = createOutput(false, {write: text => written.push(text)});
  output.say(`found ${printable(name)}\nnext`);
  expect(written.join('').split('\n')).toHaveLength(3);
  expect(table(['image'], [[name]]).split('\n')).toHaveLength(2);
});

test('what is no name is shown by its number', () => {
  expect(printable('a\u001b[31m\n\u009b\u202e🐈é')).toBe('a\\x1b[31m\\n\\x9b\\u202e🐈é');
  expect(printableLines('a\u001b\nb')).toBe('a\\x1b\nb');
});

test('with --json a name cannot begin a record of its own', () => {
  const written: string[] = [];
  const output = createOutput(true, {write: text => written.push(text)});
  output.record({event: 'found', path: 'a\n{"event":"error"}'});
  expect(written).toHaveLength(1);
  expect(written[0].trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(written[0])).toEqual({event: 'found', path: 'a\n{"event":"error"}'});
});

test.each(nasty)('a page shows %j and runs nothing', name => {
  const text = page(name, cards([{name, url: `file:///${encodeURIComponent(name)}`, about: name, picture: 'data:,'}]));
  expect(text).toContain(escapeHtml(name));
  expect(text).not.toContain(name);
  expect(text.match(/<script|onerror="/g)).toBeNull();
  expect(text).toContain("default-src 'none'");
});
