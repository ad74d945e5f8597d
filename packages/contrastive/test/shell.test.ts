import {expect, test} from 'vitest';
import {shell} from '../src/escape/shell.js';

test.each([
  ['runs/a', 'runs/a', 'runs/a'],
  ['my photos', "'my photos'", '"my photos"'],
  ["it's.jpg", "'it'\\''s.jpg'", '"it\'s.jpg"'],
  ['-pics/1.jpg', './-pics/1.jpg', './-pics/1.jpg'],
  ['--help', './--help', './--help'],
  ['C:\\runs\\a', "'C:\\runs\\a'", 'C:\\runs\\a'],
  ['$HOME', "'$HOME'", '"$HOME"'],
])('%s is taken by a shell as it is', (path, posix, windows) => {
  expect(shell(path, 'linux')).toBe(posix);
  expect(shell(path, 'win32')).toBe(windows);
});
