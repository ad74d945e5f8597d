/** `npm run build`: installs and builds what changed. */
import {main, prepare} from './workspace.mjs';

await main(async () => {
  await prepare({native: false});
});
