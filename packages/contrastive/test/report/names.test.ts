import {expect, test} from 'vitest';
import {sharedFolder, within} from '../../src/report/collect/names.js';

test.each([
  [['/a/b/cat/1.png', '/a/b/dog/2.png'], '/a/b/'],
  [['/a/bc/1.png', '/a/bd/1.png'], '/a/'],
  [['/a/b/1.png'], '/a/b/'],
  [['C:\\photos\\1.png', 'C:\\photos\\x\\2.png'], 'C:\\photos\\'],
  [['5', '17'], ''],
  [['a/1', 'b/1'], ''],
  [[], ''],
])('of %j the shared folder is %j', (paths, folder) => {
  expect(sharedFolder(paths)).toBe(folder);
});

test('a path that lies elsewhere stays whole', () => {
  expect([within('/a/', '/a/b/1.png'), within('/a/', '/c/1.png'), within('', '7')]).toEqual([
    'b/1.png',
    '/c/1.png',
    '7',
  ]);
});
