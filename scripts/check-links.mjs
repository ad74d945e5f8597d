/**
 * Holds the relative links of every document in the repository, to a file that is there, to a heading that it has; and
 * that every guide is a page of the site.
 */
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
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
  const {projectDocuments} = JSON.parse(readFileSync(join(root, 'typedoc.json'), 'utf8'));
  for (const name of files.filter(file => /^docs\/[^/]+$/.test(file) && !projectDocuments.includes(file)))
    broken.push(`${name}: expected it among the projectDocuments of typedoc.json, which make the site.`);
  if (files.length === 0) broken.push('Expected documents, got none.');
  if (broken.length > 0) throw new Failure(broken.join('\n'));
});
