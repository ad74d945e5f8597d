import {command, common, computing} from '../program/command.js';

const families = ['torchvision', 'timm', 'moco', 'simclr', 'lightly', 'solo-learn', 'huggingface'] as const;

/** Makes an encoder of weights from PyTorch. */
export const importCommand = command({
  name: 'import',
  summary: "make an encoder of weights from PyTorch: torchvision's, timm's, MoCo's, SimCLR's, transformers'",
  more: `What the tensors do not show is assumed, and printed: give it where the assumption is wrong. Nothing in a checkpoint
is run.`,
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
    size: {kind: 'count', value: 'PIXELS', about: 'pixels of its images, each way, where they are not the usual ones'},
    overwrite: {kind: 'flag', about: 'replace an encoder that is there'},
    ...computing,
    ...common,
  },
  async run({file, out, family, prefix, size, overwrite = false, backend}, {output}) {
    const [{checkExport, exportEncoder, importEncoder}, {startBackend}, {printable}, {count}] = await Promise.all([
      import('@contrastive/weights/node'),
      import('../output/compute.js'),
      import('../escape/terminal.js'),
      import('../output/words.js'),
    ]);
    await checkExport(out, {overwrite});
    await startBackend(backend, output);
    const {encoder, head, assumed, unused, converted} = await importEncoder(file, {
      ...(family && {family}),
      ...(prefix !== undefined && {prefix}),
      ...(size !== undefined && {preparation: {channels: 3, size}}),
    });
    try {
      await exportEncoder(encoder, out, {overwrite});
      output.say(`An encoder of ${count(encoder.countParams())} numbers: ${printable(out)}`);
      for (const {option, value, because} of assumed)
        output.say(`  assumed ${option} ${JSON.stringify(value)}: ${because}`);
      for (const [type, tensors] of Object.entries(converted))
        output.say(`  ${tensors} tensors were converted from ${type}`);
      if (unused.length > 0)
        output.say(`  left out: ${printable(unused.slice(0, 8).join(', '))}${unused.length > 8 ? ', …' : ''}`);
      output.record({event: 'imported', out, parameters: encoder.countParams(), assumed, converted, unused});
    } finally {
      encoder.dispose();
      head?.dispose();
    }
    return undefined;
  },
});
