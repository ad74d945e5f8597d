import {describe, expect, test} from 'vitest';
import {parseOptions} from '../src/options.js';

describe('parseOptions', () => {
  test('has defaults', () => {
    expect(parseOptions([])).toEqual({seed: 1, smoke: false});
    expect(parseOptions(['--quick'])).toEqual({seed: 1, smoke: true});
  });

  test('reads every argument', () => {
    expect(parseOptions(['--seed', '7', '--epochs=3', '--backend', 'wasm', '--out', 'here', '--smoke'])).toEqual({
      seed: 7,
      epochs: 3,
      backend: 'wasm',
      out: 'here',
      smoke: true,
    });
  });

  test.each([
    [['--seed', 'abc'], /expected a whole number from 0 to \d+ as --seed, got 'abc'/],
    [['--seed', '-1'], /--seed -1; Option '--seed' argument is ambiguous/],
    [['--seed=-1'], /expected a whole number from 0 .* got '-1'/],
    [['--seed'], /Option '--seed <value>' argument missing/],
    [['--seed', '1.5'], /'1\.5'/],
    [['--seed', '4294967296'], /to 4294967295/],
    [['--epochs', '0'], /expected a whole number from 1 to \d+ as --epochs/],
    [['--epochs', '1e3'], /'1e3'/],
    [['--epochs', ''], /--epochs/],
    [['--backend', 'tensorflo'], /expected tensorflow, wasm, cpu as --backend, got 'tensorflo'/],
    [['--backend'], /Option '--backend <value>' argument missing/],
    [
      ['--epoch', '3'],
      /flags among --seed …, --epochs …, --backend …, --out …, --smoke, --quick, got --epoch 3; Unknown option '--epoch'/,
    ],
    [['--out', ''], /expected a folder as --out, got ''/],
    [['--toString'], /Unknown option '--toString'/],
    [['-s'], /Unknown option '-s'/],
    [['smoke'], /Unexpected argument 'smoke'/],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).toThrow(RangeError);
  });
});
