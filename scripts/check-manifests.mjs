/**
 * Holds what manifests say of where the code is: the root's `repository.url` is the one place, and each public package
 * names it with its folder, its page and the tracker. `--write` writes that, as after a move.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {packages} from './prepare.mjs';
import {Failure, main, root} from './processes.mjs';

/** What a package's manifest is to say, of the address of the repository. */
function places(url, folder) {
  const page = url.replace(/^git\+/, '').replace(/\.git$/, '');
  return {
    homepage: `${page}/tree/main/${folder}#readme`,
    bugs: `${page}/issues`,
    repository: {type: 'git', url, directory: folder},
  };
}

await main(args => {
  const {repository} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wrong = [];
  for (const {folder, manifest} of packages().filter(({manifest}) => !manifest.private)) {
    const path = relative(root, folder).replaceAll('\\', '/');
    const expected = places(repository.url, path);
    if (args.includes('--write')) {
      const entries = Object.entries(manifest).filter(([key]) => !(key in expected));
      const at = entries.findIndex(([key]) => key === 'license');
      const written = Object.fromEntries([...entries.slice(0, at), ...Object.entries(expected), ...entries.slice(at)]);
      writeFileSync(join(folder, 'package.json'), `${JSON.stringify(written, null, 2)}\n`);
      continue;
    }
    for (const [key, value] of Object.entries(expected)) {
      const [wanted, got] = [value, manifest[key]].map(one => JSON.stringify(one));
      if (got !== wanted) wrong.push(`${path}/package.json: expected ${wanted} as ${key}, got ${got}.`);
    }
  }
  if (wrong.length > 0) throw new Failure(`${wrong.join('\n')}\nRun node scripts/check-manifests.mjs --write.`);
});
