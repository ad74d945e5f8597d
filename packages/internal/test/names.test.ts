import {expect, test} from 'vitest';
import {likely, nearest} from '../src/index.js';

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

test.each(['nophotos', 'photos', 'images', 'nope', 'my/pictures', 'x', 'items', 'mini', 'tsinm'])(
  '%s means none of the data sets',
  given => {
    expect(likely(given, sets)).toBeUndefined();
  },
);

const flags = ['batch', 'backend', 'dry-run', 'encoder', 'overwrite', 'resume', 'verbose', 'workers', 'weight-decay'];

test.each([
  ['ver', 'verbose'],
  ['bac', 'backend'],
  ['dr', 'dry-run'],
  ['re', 'resume'],
  ['wd', 'weight-decay'],
  ['wokrers', 'workers'],
  ['encodre', 'encoder'],
  ['rseume', 'resume'],
  ['bach', 'batch'],
])('%s is nearest to %s', (given, meant) => {
  expect(nearest(given, flags)).toBe(meant);
});

test('of no names none is meant', () => {
  expect(likely('photos', [])).toBeUndefined();
  expect(nearest('photos', [])).toBeUndefined();
});
