import {expect, test} from 'vitest';
import {runProgram} from '../src/set-up/run-program.js';

test('listens to the end of this process only while a program runs', async () => {
  const before = process.listenerCount('exit');
  const programs = [1, 2].map(code => runProgram(process.execPath, ['-e', `process.exit(${code})`]));
  expect(process.listenerCount('exit')).toBe(before + 1);
  expect((await Promise.all(programs)).map(({code}) => code)).toEqual([1, 2]);
  expect(process.listenerCount('exit')).toBe(before);
  expect((await runProgram('/not/there', [])).code).toBeUndefined();
  expect(process.listenerCount('exit')).toBe(before);
});
