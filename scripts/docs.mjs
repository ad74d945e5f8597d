/** `npm run docs`: guides and the reference of every function, as a site in docs/site whose links lead somewhere. */
import {join} from 'node:path';
import {brokenInPages} from './links.mjs';
import {prepare} from './prepare.mjs';
import {Failure, bin, main, root} from './processes.mjs';

await main(async () => {
  await prepare({native: false});
  await bin('typedoc', [], {quiet: true});
  const broken = brokenInPages(join(root, 'docs', 'site'));
  if (broken.length > 0) throw new Failure(broken.join('\n'));
  console.log('Written to docs/site: open docs/site/index.html.');
});
