import {expect, test} from 'vitest';
import {nearName} from '../src/program/near-name.js';

const sets = ['fashion-mnist', 'mnist', 'cifar10', 'cifar100'];

test.each([
  ['minst', 'mnist'],
  ['fashion_mnist', 'fashion-mnist'],
  ['FashionMNIST', 'fashion-mnist'],
  ['fashion', 'fashion-mnist'],
  ['cifar1000', 'cifar100'],
  ['cifar-10', 'cifar10'],
])('%s means %s', (given, meant) => {
  expect(nearName(given, sets)).toBe(meant);
});

test.each(['nophotos', 'photos', 'images', 'nope', 'my/pictures', 'x'])('%s means none of the data sets', given => {
  expect(nearName(given, sets)).toBeUndefined();
});

test('of no names none is meant', () => {
  expect(nearName('photos', [])).toBeUndefined();
});
