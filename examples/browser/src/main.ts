/** Builds the page and serves it on this machine, until Ctrl-C. */
import {resolve} from 'node:path';
import {fail, parseFlags, whole} from '@contrastive/example';
import {buildPage, servePage} from './build.js';

const PORT = 4173;

try {
  const flags = parseFlags('browser', {port: {type: 'string'}, out: {type: 'string'}, quick: {type: 'boolean'}});
  const port = whole('browser', 'port', flags.port, 1) ?? PORT;
  if (port > 65_535)
    throw new RangeError(`browser: expected a port up to 65535 as --port, got ${port}; leave it out for ${PORT}.`);
  const out = resolve(flags.out ?? 'runs/browser');
  const {scripts, compressed} = await buildPage(out);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`Built in ${out}: scripts of ${megabytes(scripts)}, ${megabytes(compressed)} compressed`);
  if (flags.quick !== true) {
    const {address} = await servePage(out, port);
    console.log(`Open ${address} in a browser; Ctrl-C ends this`);
  }
} catch (error) {
  fail(error);
}
