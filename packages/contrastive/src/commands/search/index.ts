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
  query: {kind: 'texts', value: 'IMAGE', required: true, about: 'the images to search for, one or several'},
  k: {kind: 'count', letter: 'k', about: 'images to find for each (10)'},
  out: {kind: 'text', value: 'FILE.html', about: 'a page to look at'},
  overwrite: {kind: 'flag', about: 'replace a file that is there'},
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

The features of DATA are kept: the next search computes those of images that are new or have changed, no others.`,
  settings,
  async run(values, context) {
    const {search: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
