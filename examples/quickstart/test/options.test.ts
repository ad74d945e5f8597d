import {describe, expect, test} from 'vitest';
import {parseOptions} from '../src/options.js';

describe('parseOptions', () => {
  test('has defaults', () => {
    expect(parseOptions([])).toEqual({seed: 1, smoke: false});
  });

  test('reads every argument', () => {
    expect(parseOptions(['--seed', '7', '--epochs=3', '--backend', 'wasm', '--smoke'])).toEqual({
      seed: 7,
      epochs: 3,
      backend: 'wasm',
      smoke: true,
    });
  });

  test.each([
    [['--seed', 'abc'], /--seed must be a whole number from 0 .*"abc"/],
    [['--seed', '-1'], /--seed must be a whole number .*"-1"/],
    [['--seed'], /--seed must be a whole number/],
    [['--seed', '1.5'], /"1\.5"/],
    [['--seed', '4294967296'], /to 4294967295/],
    [['--epochs', '0'], /--epochs must be a whole number from 1/],
    [['--epochs', '1e3'], /"1e3"/],
    [['--epochs', ''], /--epochs/],
    [['--backend', 'tensorflo'], /--backend must be one of tensorflow, wasm, cpu; got "tensorflo"/],
    [['--backend'], /--backend must be one of/],
    [['--epoch', '3'], /Unknown argument "--epoch". Known are --seed, --epochs, --backend, --smoke/],
    [['--toString'], /Unknown argument/],
    [['-s'], /Unknown argument "-s"/],
    [['smoke'], /Unexpected argument "smoke"/],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).toThrow(RangeError);
  });
});
