/** The public packages as npm would get them: to be looked at, and to be installed before they are there. */
import {join} from 'node:path';
import {folderOf} from './arrows.mjs';
import {packages} from './prepare.mjs';
import {pnpm} from './processes.mjs';

/** Packs every public package of a prepared clone into a folder that is there; gives each with its tarball. */
export async function pack(folder) {
  const open = packages()
    .filter(({manifest}) => !manifest.private)
    .map(({name, manifest}) => {
      const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
      return {name, short: folderOf(name), manifest, tarball};
    });
  const chosen = open.flatMap(({name}) => ['--filter', name]);
  await pnpm([...chosen, '--recursive', 'pack', '--pack-destination', folder], {quiet: true});
  return open;
}
