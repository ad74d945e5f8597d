import {expect, test} from 'vitest';
import {choose, type Facts} from '../src/commands/pretrain/choose.js';

const facts = (more: Partial<Facts> & {readonly side?: number; readonly length?: number} = {}): Facts => ({
  images: {length: more.length ?? 2000, seen: 48, side: more.side ?? 480, grey: false},
  device: 'cpu',
  ...more,
});

const told = {data: 'photos', out: 'run'};

test('photographs on a CPU', () => {
  const {configuration, choices} = choose(told, facts());
  expect(configuration).toMatchObject({
    method: 'simclr',
    encoder: 'resnet18',
    width: 64,
    size: 64,
    channels: 3,
    batch: 64,
  });
  expect(configuration.epochs).toBe(33); // 31 steps each, a thousand in all
  expect(choices.map(({setting}) => setting)).toContain('size');
  expect(choices.find(({setting}) => setting === 'temperature')?.because).toMatch(/hundreds, kept for 64 images$/);
  for (const {because} of choices) expect(because).not.toBe('');
});

test('photographs on a GPU', () => {
  const {configuration} = choose(told, facts({device: 'gpu', length: 50_000}));
  expect(configuration).toMatchObject({encoder: 'resnet50', size: 224, batch: 256});
});

test('small grey images', () => {
  const images = {length: 10_000, seen: 48, side: 28, grey: true};
  const {configuration} = choose(told, facts({images}));
  expect(configuration).toMatchObject({encoder: 'resnet10', width: 16, size: 28, channels: 1, batch: 128, epochs: 13});
});

test('what is told is not chosen', () => {
  const {configuration, choices} = choose({...told, size: 96, epochs: 5, seed: 9}, facts());
  expect(configuration).toMatchObject({size: 96, epochs: 5, seed: 9});
  expect(choices.map(({setting}) => setting)).not.toContain('size');
});

test('a few images make a smaller batch; of MoCo one that has groups', () => {
  expect(choose(told, facts({length: 30})).configuration.batch).toBe(30);
  const {configuration} = choose({...told, method: 'moco-v2'}, facts({length: 30}));
  expect(configuration.batch).toBe(28);
  expect(configuration.queue).toBe(28);
});

test('the queue of MoCo holds whole batches, of no more than a quarter of the images', () => {
  const {configuration} = choose({...told, method: 'moco-v1'}, facts({length: 2000}));
  expect(configuration.queue).toBe(448); // 7 batches of 64
});

test('shards, whose length nobody knows, have steps', () => {
  const {configuration} = choose(told, facts({images: {seen: 48, side: 480, grey: false}}));
  expect(configuration).toMatchObject({steps: 1000});
  expect(configuration).not.toHaveProperty('epochs');
});

test('published weights say their size and channels, and have no width', () => {
  const {configuration} = choose({...told, encoder: 'moco.pth'}, facts({preparation: {size: 224, channels: 3}}));
  expect(configuration).toMatchObject({size: 224, encoder: 'moco.pth'});
  expect(configuration).not.toHaveProperty('width');
});

test('a batch larger than the images is refused', () => {
  expect(() => choose({...told, batch: 31}, facts({length: 30}))).toThrow(
    'expected at most the 30 images of DATA as --batch, got 31; give fewer.',
  );
});
