import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';
import {GUIDES} from '../../scripts/guides.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('the code of each README runs where its install line was followed and nothing else', async () => {
  const {stdout} = await promisify(execFile)(process.execPath, ['scripts/check-packages.mjs', '--alone'], {cwd: root});
  const readmes = GUIDES.map(({path}) => path).filter(path => path.endsWith('README.md'));
  expect(stdout.trim().split('\n')).toEqual(readmes);
});
