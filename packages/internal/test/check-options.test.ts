import {expect, test} from 'vitest';
import {
  advised,
  anything,
  checkOptions,
  choice,
  either,
  flag,
  integer,
  list,
  narrowed,
  number,
  required,
  show,
  type Rules,
} from '../src/index.js';

interface Options {
  readonly size: number;
  readonly area?: readonly [number, number];
  readonly form?: string;
  readonly blur?: boolean;
  readonly momentum?: number | (() => number);
}

const rules: Rules<Options> = {
  size: required(integer({least: 1})),
  area: list(number({above: 0, most: 1}), '[low, high] within 0 to 1', 2),
  form: choice('paper', 'code'),
  blur: flag,
  momentum: advised(
    either(number({least: 0, below: 1}), {...anything, expected: 'a function of the step'}),
    'give 0.9',
  ),
};

const check = (options: unknown) => () => {
  checkOptions('crop', options as Options, rules);
};

test('good options pass, and what is undefined counts as left out', () => {
  check({size: 3, area: [0.2, 1], form: 'code', blur: false, momentum: 0.5})();
  check({size: 3, area: undefined})();
});

test('values that JSON does not take are shown too', () => {
  const circular: {again?: object} = {};
  circular.again = circular;
  expect(check({size: 3n})).toThrow('as size, got 3n.');
  expect(check({size: {n: 3n}})).toThrow('as size, got {"n":"3n"}.');
  expect(check({size: circular})).toThrow('as size, got an object of again.');
  const list: unknown[] = [];
  list.push(list);
  expect(check({size: list})).toThrow('as size, got [[[[[…]]]]].');
  let looks = 0;
  const item = {
    toJSON: () => {
      looks++;
      return 'x';
    },
  };
  expect(check({size: new Array<object>(1000).fill(item)})).toThrow('as size, got ["x", "x", ');
  expect(looks).toBeLessThan(200); // the rest would be cut
});

test.each([
  [
    {size: 3, from: 'code'},
    TypeError,
    'crop: expected options among size, area, form, blur, momentum, got from; did you mean form?',
  ],
  [{size: 3, sise: 3}, TypeError, /got sise; did you mean size\?$/],
  [{size: 3, momemtum: 1}, TypeError, 'got momemtum; did you mean momentum?'],
  [{}, TypeError, 'crop: expected an integer from 1 on as size, got undefined.'],
  [{size: '3'}, TypeError, "crop: expected an integer from 1 on as size, got '3'."],
  [{size: 0}, RangeError, 'crop: expected an integer from 1 on as size, got 0.'],
  [{size: NaN}, RangeError, 'got NaN.'],
  [{size: 3, form: 'codes'}, RangeError, "crop: expected 'paper' or 'code' as form, got 'codes'."],
  [{size: 3, area: [0.2]}, RangeError, 'crop: expected [low, high] within 0 to 1 as area, got [0.2].'],
  [{size: 3, area: ['0.2', 1]}, TypeError, "got ['0.2', 1]."],
  [{size: {pixels: new Float32Array(2), of: () => 1}}, TypeError, 'got {"pixels":"a Float32Array","of":"a function"}.'],
  [{size: Promise.resolve(3)}, TypeError, 'as size, got a Promise; await it.'],
  [{size: 3, blur: 1}, TypeError, 'crop: expected true or false as blur, got 1.'],
  [3, TypeError, 'crop: expected an object of options, got 3.'],
  [null, TypeError, 'got null.'],
  [undefined, TypeError, 'crop: expected an object of options, got undefined; give {size}.'],
  [Promise.resolve({size: 3}), TypeError, 'crop: expected an object of options, got a Promise; await it.'],
])('%j is refused', (options, kind, message) => {
  expect(check(options)).toThrow(kind);
  expect(check(options)).toThrow(message);
});

test.each([
  [number(), 'a finite number'],
  [number({least: 0}), 'a number from 0 on'],
  [number({least: 0, most: 1}), 'a number from 0 to 1'],
  [number({above: 0}), 'a number above 0'],
  [number({above: 0, most: 1}), 'a number above 0 and up to 1'],
  [number({least: 0, below: 1}), 'a number from 0 and below 1'],
  [number({above: 0, below: 1}), 'a number above 0 and below 1'],
  [integer(), 'an integer'],
  [integer({least: 1, most: 9}), 'an integer from 1 to 9'],
])('bounds in words', (rule, words) => {
  expect(rule.expected).toBe(words);
});

test('a narrowed rule refuses another kind first, then what does not hold', () => {
  const even = narrowed(integer({least: 0}), (value: number) => value % 2 === 0);
  expect([2, 3, -2, '2'].map(even.judge)).toEqual([undefined, 'value', 'value', 'kind']);
});

test('values are shown so that their kind is seen', () => {
  const shown = ['0.4', 0.4, undefined, null, {a: 1}, [1, 'a'], new Float32Array(3), new Error('no'), show].map(show);
  expect(shown).toEqual([
    "'0.4'",
    '0.4',
    'undefined',
    'null',
    '{"a":1}',
    "[1, 'a']",
    'a Float32Array',
    'an Error',
    'a function',
  ]);
});
