import {expect, test} from 'vitest';
import {filled, markdownTable} from '../src/index.js';

test('a table has columns as wide as their widest cell', () => {
  const rows = [
    ['a', 'figure'],
    ['прогон', '1'],
  ];
  expect(markdownTable(rows).split('\n')).toEqual([
    '| a      | figure |',
    '| ------ | ------ |',
    '| прогон | 1      |',
  ]);
});

test('lines are full, and none begins with what would begin a list', () => {
  const letters = 'x'.repeat(110);
  expect(filled(`${letters} batch 128. end`)).toBe(`${letters}\nbatch 128. end`);
  expect(filled(`${letters} crop + colour`)).toBe(`${letters} crop +\ncolour`);
  expect(filled(`${letters}  two\nthree`)).toBe(`${letters} two three`);
  expect(filled(`${letters} \`npm run all\`.`)).toBe(`${letters}\n\`npm run all\`.`);
});
