import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {main} from '../src/cli.js';
import {packageRoot, packageVersion} from '../src/native/native-package.js';

let told = '';

beforeEach(() => {
  told = '';
  const take = (text: unknown): boolean => {
    told += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take);
  vi.spyOn(process.stderr, 'write').mockImplementation(take);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  [['setup', '--verbos'], /^contrastive-backend: expected options among verbose, version, help, got verbos; did you/],
  [['setup', '--verbose=yes'], /^contrastive-backend: expected true or false as verbose, got 'yes'\.$/m],
  [['setup', '-v'], /expected options among verbose, version, help, got v; did you mean/],
  [
    ['stup'],
    /^contrastive-backend: expected 'setup' or 'doctor' as command, got 'stup'; see contrastive-backend --help\.$/m,
  ],
  [[], /expected 'setup' or 'doctor' as command, got undefined; see/],
  [['setup', 'now'], /expected one command, got setup now; see/],
])('%j is refused with what there is', async (args, message) => {
  expect(await main(args)).toBe(1);
  expect(told).toMatch(message);
});

test('asked for it, the commands are listed and the version is told', async () => {
  expect(await main(['--help'])).toBe(0);
  expect(told).toMatch(/setup .*\n {2}doctor /);
  told = '';
  expect(await main(['--version'])).toBe(0);
  expect(told).toBe(`${packageVersion(packageRoot())}\n`);
});
