/** `npm run pack`: builds, and puts what npm would get into packed/: `npm install PATH/packed/*.tgz` installs it. */
import {mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {prepare} from './prepare.mjs';
import {main, root} from './processes.mjs';
import {pack} from './tarballs.mjs';

await main(async () => {
  await prepare({native: false});
  mkdirSync(join(root, 'node_modules', '.cache'), {recursive: true});
  const beside = mkdtempSync(join(root, 'node_modules', '.cache', 'packed-'));
  const packed = join(root, 'packed');
  try {
    const {length} = await pack(beside);
    rmSync(packed, {recursive: true, force: true});
    renameSync(beside, packed);
    console.log(`Packed ${length} packages. In your project: npm install ${packed}/*.tgz`);
  } finally {
    rmSync(beside, {recursive: true, force: true});
  }
});
