import {command, common, computing} from '../program/command.js';

/** What an encoder can be written as. */
const formats = {
  tfjs: {format: 'tfjs'},
  torchvision: {format: 'safetensors', names: 'torchvision'},
  huggingface: {format: 'safetensors', names: 'huggingface'},
} as const;

/** Writes an encoder for other programs. */
export const exportCommand = command({
  name: 'export',
  summary: 'write an encoder for other programs',
  more: `Formats:
  tfjs         a layers model of TensorFlow.js: model.json and weights.bin
  torchvision  model.safetensors for load_state_dict of torchvision's or timm's network
  huggingface  model.safetensors and config.json for transformers' ResNetModel.from_pretrained`,
  settings: {
    run: {
      kind: 'text',
      argument: true,
      value: 'RUN',
      required: true,
      about: 'a run, or an encoder (a folder, .pth, .safetensors)',
    },
    format: {
      kind: ['tfjs', 'torchvision', 'huggingface'],
      value: 'NAME',
      required: true,
      about: 'tfjs, torchvision or huggingface',
    },
    out: {kind: 'text', value: 'DIR', required: true, about: 'the folder that it goes to'},
    overwrite: {kind: 'flag', about: 'replace an encoder that is there'},
    ...computing,
    ...common,
  },
  async run({run, format, out, overwrite = false, backend}, {output}) {
    const [{checkExport, exportEncoder}, {startBackend}, {openEncoder}, {printable}] = await Promise.all([
      import('@contrastive/weights/node'),
      import('../output/compute.js'),
      import('../encoder/open-encoder.js'),
      import('../escape/terminal.js'),
    ]);
    await checkExport(out, {overwrite});
    await startBackend(backend, output);
    const {encoder} = await openEncoder('contrastive export', run);
    try {
      await exportEncoder(encoder, out, {overwrite, ...formats[format]});
    } finally {
      encoder.dispose();
    }
    output.say(`Written for ${format}: ${printable(out)}`);
    output.record({event: 'exported', format, out});
    return undefined;
  },
});
