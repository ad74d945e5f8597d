import {dataHelp} from '../../data/help.js';
import {command} from '../../program/command.js';
import {typed} from '../../program/invoked-as.js';
import {settings} from './settings.js';

/** Learns an encoder from images without labels. */
export const pretrain = command({
  name: 'pretrain',
  summary: 'learn an encoder from images without labels',
  more: `${dataHelp}

What is left out follows the images and the machine, and is said with its reason. Ctrl-C finishes the step, saves, and
says how to go on; a second one stops at once. RUN/config.json is the whole configuration:
  ${typed('contrastive pretrain --config RUN/config.json --out OTHER')}    does the same again`,
  settings,
  async run(values, context) {
    const {pretrain: work} = await import('./run.js');
    await work(values, context);
    return undefined;
  },
});
