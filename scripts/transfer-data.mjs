/**
 * `npm run transfer-data`: prepares free pictures to transfer to, in the cache, and says where they are, under which
 * licences, and how many of each class. What is there is taken as it is.
 */
import {pathToFileURL} from 'node:url';
import {join} from 'node:path';
import {prepare} from './prepare.mjs';
import {Failure, interrupted, main, root} from './processes.mjs';

await main(async args => {
  if (args.length > 0) throw new Failure(`npm run transfer-data takes no arguments, got ${args.join(' ')}.`);
  await prepare({native: false});
  const built = pathToFileURL(join(root, 'examples/transfer-data/dist/index.js')).href;
  const {prepareTransferData, readRecord} = await import(built);
  const {leftOut, fashionMnist, ...folders} = await prepareTransferData({signal: interrupted.signal});
  for (const [name, folder] of Object.entries(folders)) {
    const {from, licence, groups, classes, splits} = await readRecord(folder);
    const total = Object.values(classes).reduce((sum, {pictures}) => sum + pictures, 0);
    console.log(`\n${name}: ${folder}\n  from ${from.join(', ')}\n  ${licence}; see LICENCES.txt there`);
    console.log(`  ${total} pictures in ${groups} groups; splits ${Object.keys(splits).join(', ')}`);
    console.table(classes);
  }
  if (fashionMnist) console.log(`\nfashionMnist: ${fashionMnist}\n  Zalando SE: MIT License`);
  for (const {name, reason} of leftOut) console.log(`\n${name} is left out: ${reason}`);
});
