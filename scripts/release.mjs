/**
 * `npm run release:version`: what change sets say becomes versions and changelogs, and the lockfile follows.
 * `npm run release:publish`: what has a version that npm has not goes there. The workflow of releases calls both.
 */
import {prepare} from './prepare.mjs';
import {Failure, bin, main, pnpm} from './processes.mjs';

await main(async ([what]) => {
  if (what === 'version') {
    await bin('changeset', ['version']);
    await pnpm(['install', '--lockfile-only']);
  } else if (what === 'publish') {
    await prepare({native: false});
    await bin('changeset', ['publish']);
  } else throw new Failure(`Expected version or publish, got ${what ?? 'nothing'}.`);
});
