import {dataHelp} from '../data/help.js';
import {command, common} from '../program/command.js';

/** Draws the views that a training would see. */
export const views = command({
  name: 'views',
  summary: 'draw the random views that a training sees',
  more: dataHelp,
  settings: {
    data: {kind: 'text', argument: true, value: 'DATA', required: true, about: 'the images'},
    out: {kind: 'text', value: 'FILE.png', required: true, about: 'the picture'},
    method: {
      kind: ['simclr', 'moco-v1', 'moco-v2'],
      value: 'NAME',
      about: 'whose views: simclr (default), moco-v1 or moco-v2',
    },
    size: {
      kind: 'count',
      value: 'PIXELS',
      about: 'pixels of a view, each way; by default as pretrain would choose on a CPU',
    },
    minArea: {kind: 'fraction', about: 'the least part of the image that a crop keeps'},
    images: {kind: 'count', about: 'images, a row of views each (6)'},
    draws: {kind: 'count', about: 'views of each (8)'},
    seed: {kind: 'whole', about: 'draws images and views (1)'},
    overwrite: {kind: 'flag', about: 'replace a file that is there'},
    ...common,
  },
  async run(values, context) {
    const {drawViews} = await import('./draw-views.js');
    await drawViews(values, context);
    return undefined;
  },
});
