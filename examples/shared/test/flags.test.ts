import {expect, test} from 'vitest';
import {parseFlags, whole} from '../src/flags.js';

const flags = {steps: {type: 'string'}, seed: {type: 'string'}, quick: {type: 'boolean'}} as const;
const parse = (...args: string[]) => ({...parseFlags('here', flags, args)});

test('reads flags', () => {
  expect(parse()).toEqual({});
  expect(parse('--seed', '7', '--steps=3', '--quick')).toEqual({seed: '7', steps: '3', quick: true});
});

test.each([
  [
    ['--step', '3'],
    /^here: expected flags among --steps …, --seed …, --quick, got --step 3; Unknown option '--step'\.$/,
  ],
  [['--toString'], /Unknown option '--toString'\.$/],
  [['-s'], /Unknown option '-s'\.$/],
  [['quick'], /got quick; Unexpected argument 'quick'\.$/],
  [['--seed'], /got --seed; Option '--seed <value>' argument missing\.$/],
  [['--seed', '-1'], /got --seed -1; Option '--seed' argument is ambiguous\.$/],
  [['--quick=no'], /got --quick=no; Option '--quick' does not take an argument\.$/],
])('refuses %j', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
  expect(() => parse(...args)).toThrow(RangeError);
});

test('whole numbers', () => {
  expect([whole('here', 'seed', '0'), whole('here', 'steps', '12', 1), whole('here', 'steps', undefined)]).toEqual([
    0,
    12,
    undefined,
  ]);
  expect(() => whole('here', 'steps', 'many', 1)).toThrow(
    /^here: expected a whole number from 1 to 4294967295 as --steps, got 'many'; give one, for example --steps 3\.$/,
  );
  for (const text of ['', '-1', '1.5', '1e3', '4294967296'])
    expect(() => whole('here', 'seed', text)).toThrow(RangeError);
});
