import {hostname} from 'node:os';
import {expect, test} from 'vitest';
import {inUrl, isLoopback, isWildcard, namesUs} from '../../src/search-page/server/guard.js';

test.each([
  ['127.0.0.1:8787', true],
  ['localhost:8787', true],
  ['LOCALHOST:8787', true],
  ['[::1]:8787', true],
  ['127.0.0.1', true],
  ['localhost:9000', true], // a tunnel's
  ['evil.example:8787', false],
  ['127.0.0.1.evil.example:8787', false],
  ['localhost.evil.example:8787', false],
  ['192.168.1.5:8787', false],
  ['0.0.0.0:8787', false],
  ['127.0.0.1:8787@evil.example', false],
  ['user@127.0.0.1:8787', false],
  ['127.0.0.1:878700', false],
  ['', false],
  [undefined, false],
])('at 127.0.0.1 the name %j is ours: %s', (header, ours) => {
  expect(namesUs(header, '127.0.0.1')).toBe(ours);
});

test.each([
  ['192.168.1.5:8787', '192.168.1.5', true],
  ['192.168.1.6:8787', '192.168.1.5', false],
  ['192.168.1.6:8787', '0.0.0.0', true], // no name, so nobody made it lead here
  ['[fe80::1]:8787', '::', true],
  ['evil.example:8787', '0.0.0.0', false],
  [`${hostname()}:8787`, '0.0.0.0', true],
  ['gallery.local:8787', 'gallery.local', true],
  ['other.local:8787', 'gallery.local', false],
])('%j where %j was asked for: %s', (header, host, ours) => {
  expect(namesUs(header, host)).toBe(ours);
});

test('what reaches this computer alone, and what all of it', () => {
  expect(['127.0.0.1', '127.8.9.1', 'localhost', '::1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', '::2'].some(isLoopback)).toBe(false);
  expect(['0.0.0.0', '::', '0:0:0:0:0:0:0:0'].every(isWildcard)).toBe(true);
  expect(['127.0.0.1', '::1', '10.0.0.0'].some(isWildcard)).toBe(false);
  expect(['10.0.0.1', '::1', 'localhost'].map(inUrl)).toEqual(['10.0.0.1', '[::1]', 'localhost']);
});
