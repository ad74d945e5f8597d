import {dataHelp} from '../../data/help.js';
import {command, common, computing} from '../../program/command.js';

/** What `duplicates` may be told. */
export const settings = {
  run: {
    kind: 'text',
    argument: true,
    value: 'RUN',
    required: true,
    about: 'a run, or an encoder (a folder, .pth, .safetensors)',
  },
  data: {kind: 'text', argument: true, value: 'DATA', required: true, about: 'the images'},
  falseAlarms: {
    kind: 'positive',
    value: 'RATE',
    about: 'different images that may come as near as a duplicate, for each image (0.01)',
  },
  out: {kind: 'text', value: 'DIR', about: 'where duplicates.html and duplicates.csv go (duplicates)'},
  overwrite: {kind: 'flag', about: 'replace files that are there'},
  index: {kind: 'text', value: 'DIR', about: 'where the features of DATA are kept; in the cache by default'},
  seed: {kind: 'whole', about: 'draws the images that are tried, and their edits (1)'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Finds groups of near-duplicates. */
export const duplicates = command({
  name: 'duplicates',
  summary: 'find groups of near-duplicates; nothing is deleted',
  more: `${dataHelp}

How it is decided:
  1. Some of your own images are re-encoded, made smaller, and cropped by 5 %. How near these come to their originals,
     and how near other images come to them, gives the lowest similarity that counts: as low as the edits need, and high
     enough that different images reach it no more often than --false-alarms, for each image. Both are printed.
  2. All pairs of images that reach it are found, none is guessed or left out.
  3. Each pair is compared by its pixels, and only what agrees there as well as the edits do is a pair of duplicates.
  4. A group is a set of images of which every two are such a pair, the most similar joined first: an image that is like
     one member and unlike another does not get in, so nothing is chained.`,
  settings,
  async run(values, context) {
    const {duplicates: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
