import {dataHelp} from '../../data/help.js';
import {command, common, computing} from '../../program/command.js';

/** What `report` may be told. */
export const settings = {
  runs: {kind: 'texts', argument: true, value: 'RUN', required: true, about: 'one run, or several to compare'},
  out: {kind: 'text', value: 'FILE.html', about: 'the page (report.html in the first run)'},
  data: {
    kind: 'text',
    value: 'DATA',
    about: 'images to look at through the encoders; those of each training by default',
  },
  images: {kind: 'count', about: 'images on the map, a sample where there are more (2000; at most 10000)'},
  seed: {kind: 'whole', about: 'draws images and views (1)'},
  overwrite: {kind: 'flag', about: 'replace a file that is there'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Writes one page of one run, or of several beside each other. */
export const report = command({
  name: 'report',
  summary: 'write a page to look at: curves, figures, a map of the images, what the encoder ignores',
  more: dataHelp,
  settings,
  async run(values, context) {
    const {report: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
