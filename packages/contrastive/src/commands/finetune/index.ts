import {dataHelp} from '../../data/help.js';
import {splitSettings} from '../../data/split-settings.js';
import {command, common, computing} from '../../program/command.js';

/** What `finetune` may be told. */
export const settings = {
  run: {
    kind: 'text',
    argument: true,
    value: 'RUN',
    required: true,
    about: 'a run, or an encoder (a folder, .pth, .safetensors)',
  },
  ...splitSettings,
  recipe: {
    kind: ['short', 'one-percent', 'ten-percent', 'transfer'],
    value: 'NAME',
    about: "short (default): 6 settings of 1,000 steps; else SimCLR's own, which take long",
  },
  steps: {kind: 'count', about: 'steps of each setting, instead of those of the recipe'},
  baselines: {
    kind: ['all', 'none'],
    value: 'WHICH',
    about: 'all (default): the same from random weights too, and raw pixels; or none',
  },
  microBatch: {kind: 'count', value: 'IMAGES', about: 'images that go through the network at once, to save memory'},
  seed: {kind: 'whole', about: 'draws labels, order and views (1)'},
  out: {kind: 'text', value: 'DIR', required: true, about: 'where the trained network and finetune.json go'},
  resume: {kind: 'flag', about: 'go on with what was stopped in DIR, with the same settings'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Trains an encoder on labels. */
export const finetune = command({
  name: 'finetune',
  summary: 'train a copy of an encoder on labels, beside the same network from random weights',
  more: `${dataHelp}

Settings are chosen by a fifth of the images of --train, the images that judge are scored once. Ctrl-C keeps the trials
that are done; the same with --resume goes on.`,
  settings,
  async run(values, context) {
    const {finetune: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
