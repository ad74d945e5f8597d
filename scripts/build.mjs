/** `npm run build`: installs and builds what changed. */
import {prepare} from './prepare.mjs';
import {main} from './processes.mjs';

await main(async () => {
  await prepare({native: false});
});
