import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {fromHere} from '../src/output/from-here.js';

test('paths are told from the folder where one is, and as they are elsewhere', () => {
  expect(fromHere(resolve('photos/cat/1.jpg'))).toBe(join('photos', 'cat', '1.jpg'));
  expect(fromHere(resolve('..hidden'))).toBe('..hidden');
  for (const path of [resolve('..', 'elsewhere', '1.jpg'), 'photos/1.jpg', 'row 7', resolve('.')])
    expect(fromHere(path)).toBe(path);
});
