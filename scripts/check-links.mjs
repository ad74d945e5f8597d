/** Holds the relative links of every document in the repository: to a file that is there, to a heading that it has. */
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {brokenInDocuments} from './links.mjs';
import {Failure, main, root} from './processes.mjs';

await main(() => {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'];
  const listed = execFileSync('git', args, {cwd: root});
  const files = listed
    .toString()
    .split('\0')
    .filter(name => name !== '' && existsSync(join(root, name)));
  const broken = brokenInDocuments(root, files);
  if (files.length === 0) broken.push('Expected documents, got none.');
  if (broken.length > 0) throw new Failure(broken.join('\n'));
});
