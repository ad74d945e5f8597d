import {dataHelp} from '../../data/help.js';
import {command, common, computing} from '../../program/command.js';

/** What `embed` may be told. */
export const settings = {
  run: {
    kind: 'text',
    argument: true,
    value: 'RUN',
    required: true,
    about: 'a run, or an encoder (a folder, .pth, .safetensors)',
  },
  data: {kind: 'text', argument: true, value: 'DATA', required: true, about: 'the images'},
  out: {kind: 'text', value: 'FILE', required: true, about: '.parquet, .csv, .npy or .safetensors'},
  overwrite: {kind: 'flag', about: 'replace a file that is there'},
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  ...computing,
  ...common,
} as const;

/** Writes the features of images to a file. */
export const embed = command({
  name: 'embed',
  summary: 'write the features of images to a file',
  more: `${dataHelp}

The ending of FILE decides:
  .parquet      columns path, label (where there are classes) and embedding, a list of numbers
  .csv          columns path, label and one for each number
  .npy          [images, numbers] float32, with the paths in FILE.paths.csv
  .safetensors  the tensor "embeddings", with the paths in FILE.paths.csv
Images that cannot be read are left out and listed.`,
  settings,
  async run(values, context) {
    const {embedTo} = await import('./run.js');
    await embedTo(values, context);
    return undefined;
  },
});
