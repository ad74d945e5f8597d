import {expect, test} from 'vitest';
import {likely} from '../src/index.js';

const sets = ['fashion-mnist', 'mnist', 'cifar10', 'cifar100'];

test.each([
  ['minst', 'mnist'],
  ['fashion_mnist', 'fashion-mnist'],
  ['FashionMNIST', 'fashion-mnist'],
  ['fashion', 'fashion-mnist'],
  ['cifar1000', 'cifar100'],
  ['cifar-10', 'cifar10'],
])('%s means %s', (given, meant) => {
  expect(likely(given, sets)).toBe(meant);
});

test.each(['nophotos', 'photos', 'images', 'nope', 'my/pictures', 'x'])('%s means none of the data sets', given => {
  expect(likely(given, sets)).toBeUndefined();
});

test('of no names none is meant', () => {
  expect(likely('photos', [])).toBeUndefined();
});
