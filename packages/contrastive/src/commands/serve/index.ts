import {dataHelp} from '../../data/help.js';
import {command, common, computing} from '../../program/command.js';

/** What `serve` may be told. */
export const settings = {
  run: {
    kind: 'text',
    argument: true,
    value: 'RUN',
    required: true,
    about: 'a run, or an encoder (a folder, .pth, .safetensors)',
  },
  data: {kind: 'text', argument: true, value: 'DATA', required: true, about: 'the images to search'},
  port: {kind: 'whole', value: 'N', about: 'the port of the page (8787); 0 takes a free one'},
  host: {kind: 'text', value: 'NAME', about: 'the address to listen at (127.0.0.1: this computer alone)'},
  k: {kind: 'count', letter: 'k', about: 'images to find for each (12)'},
  index: {kind: 'text', value: 'DIR', about: 'where the features of DATA are kept; in the cache by default'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Serves a page that searches by image. */
export const serve = command({
  name: 'serve',
  summary: 'serve a page to search by image: drop one, or click one',
  more: `${dataHelp}

The page is for this computer alone: it needs the whole address that is printed, which is another each time. What is
dropped there is searched for and kept nowhere. The features of DATA are kept, as those of search are; images that come
later are found after the next start. Ctrl-C ends it.`,
  settings,
  async run(values, context) {
    const {serve: work} = await import('./run.js');
    return work(values, context);
  },
});
