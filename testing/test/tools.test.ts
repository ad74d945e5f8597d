import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, onTestFinished, test, vi} from 'vitest';
import {advice, find} from '../../scripts/tools.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('a tool is where its variable says, or in the PATH, or missing', () => {
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  vi.stubEnv('CONTRASTIVE_CHROMIUM', process.execPath);
  expect(find('chromium')).toBe(process.execPath);
  vi.stubEnv('CONTRASTIVE_CHROMIUM', '/nowhere');
  expect(find('chromium')).toBeUndefined();
  vi.stubEnv('CONTRASTIVE_CHROMIUM', '');
  vi.stubEnv('PATH', '/nowhere');
  expect(find('chromium')).toBeUndefined();
});

test('where tools are required and one is missing, npm test fails at once and says what to do', async () => {
  const env = {...process.env, CONTRASTIVE_CHROMIUM: '/nowhere'};
  const ended = promisify(execFile)(process.execPath, ['scripts/test.mjs'], {
    cwd: root,
    env: {...env, CONTRASTIVE_REQUIRE_TOOLS: '1'},
  });
  await expect(ended).rejects.toMatchObject({code: 1, stdout: '', stderr: `${advice('chromium')}\n`});
});
