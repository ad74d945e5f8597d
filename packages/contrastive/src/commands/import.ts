import {command, common, computing} from '../program/command.js';

const families = ['torchvision', 'timm', 'moco', 'simclr', 'lightly', 'solo-learn', 'huggingface'] as const;

/** Makes an encoder of weights from PyTorch. */
export const importCommand = command({
  name: 'import',
  summary: "make an encoder of weights from PyTorch: torchvision's, timm's, MoCo's, SimCLR's, transformers'",
  more: `What the tensors do not show is assumed, and printed: give it where the assumption is wrong. Nothing in a
checkpoint is run.`,
  settings: {
    file: {
      kind: 'text',
      argument: true,
      value: 'FILE',
      required: true,
      about: '.pth, .pt, .ckpt, .safetensors, or a folder of transformers or timm',
    },
    out: {kind: 'text', value: 'DIR', required: true, about: 'the folder of the encoder'},
    family: {kind: families, value: 'NAME', about: `who trained it: ${families.join(', ')}`},
    prefix: {
      kind: 'text',
      value: 'TEXT',
      about: "what the names of the encoder's tensors begin with, where there are several",
    },
    size: {kind: 'count', value: 'PIXELS', about: 'pixels of its images, each way, where other than in its training'},
    overwrite: {kind: 'flag', about: 'replace an encoder that is there'},
    ...computing,
    ...common,
  },
  async run(values, context) {
    const {importWeights} = await import('./import-weights.js');
    await importWeights(values, context);
    return undefined;
  },
});
