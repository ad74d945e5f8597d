import {dataHelp} from '../../data/help.js';
import {splitSettings} from '../../data/split-settings.js';
import {command, common, computing} from '../../program/command.js';

/** What `probe` may be told. */
export const settings = {
  run: {
    kind: 'text',
    argument: true,
    value: 'RUN',
    required: true,
    about: 'a run, or an encoder (a folder, .pth, .safetensors)',
  },
  ...splitSettings,
  labels: {kind: 'budgets', value: 'LIST', about: 'numbers of labels that a classifier is given: 100,1000,all (all)'},
  neighbours: {kind: 'count', about: 'nearest images that vote, at most (20)'},
  supervised: {kind: 'flag', about: 'train the same network on the labels too: takes as long as a training'},
  steps: {kind: 'count', about: 'steps of --supervised for each number of labels (1000)'},
  seed: {kind: 'whole', about: 'draws the labels that are given, and the split (1)'},
  out: {kind: 'text', value: 'FILE.json', about: 'where the results go; by default RUN/probe.json of a run'},
  overwrite: {kind: 'flag', about: 'replace a file that is there; that of a run is replaced anyway'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Measures what an encoder has learned. */
export const probe = command({
  name: 'probe',
  summary: 'measure an encoder with few and many labels, beside raw pixels and an untrained one',
  more: `${dataHelp}

Features are frozen: a classifier is fitted to them. Nothing is chosen by the images that judge. Intervals are
Wilson's, of 95 %.`,
  settings,
  async run(values, context) {
    const {probe: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
