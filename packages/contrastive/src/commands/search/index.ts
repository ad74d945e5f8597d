import {dataHelp} from '../../data/help.js';
import {command, common, computing} from '../../program/command.js';

/** What `search` may be told. */
export const settings = {
  run: {
    kind: 'text',
    argument: true,
    value: 'RUN',
    required: true,
    about: 'a run, or an encoder (a folder, .pth, .safetensors)',
  },
  data: {kind: 'text', argument: true, value: 'DATA', required: true, about: 'the images to search'},
  query: {kind: 'texts', value: 'IMAGE', about: 'the images to search for, one or several'},
  k: {kind: 'count', letter: 'k', about: 'images to find for each (10; 12 on a site)'},
  out: {kind: 'text', value: 'FILE.html', about: 'a page of what was found, to look at'},
  site: {kind: 'text', value: 'DIR', about: 'a folder that searches in a browser, without this program'},
  overwrite: {kind: 'flag', about: 'replace a file, or a site of this command, that is there'},
  index: {kind: 'text', value: 'DIR', about: 'where the features of DATA are kept; in the cache by default'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Finds the images that are most like others. */
export const search = command({
  name: 'search',
  summary: 'find the images that are most like others',
  more: `${dataHelp}

The features of DATA are kept: the next search computes those of images that are new or have changed, no others.
A query that lies among DATA itself is left out of what is found.

--site needs no --query: it writes a page that any server of files can show, under any path, and that opens from disk
too. Whoever sees it can drop an image on it, or click one. It has small pictures of all images, their names within
DATA, and the encoder: publish it where these may be seen.`,
  settings,
  async run(values, context) {
    const {search: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
