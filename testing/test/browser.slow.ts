import {describeInBrowser, webGpu} from '@contrastive/testing';
import {trainInPages} from '../browser/train-in-pages.js';

describeInBrowser('training in a page, on what takes a minute without a graphics card', () => {
  trainInPages(['webgpu'], webGpu);
});
