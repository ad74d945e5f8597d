import {command, common, computing} from '../program/command.js';
import {UsageError} from '../program/usage-error.js';

const where = 'contrastive export';

/** What an encoder can be written as. */
const formats = {
  tfjs: {format: 'tfjs'},
  torchvision: {format: 'safetensors', names: 'torchvision'},
  huggingface: {format: 'safetensors', names: 'huggingface'},
  onnx: {format: 'onnx'},
  transformers: {format: 'transformers'},
} as const;

/** Formats whose files may be smaller. */
const smaller: readonly (keyof typeof formats)[] = ['onnx', 'transformers'];

/** Writes an encoder for other programs. */
export const exportCommand = command({
  name: 'export',
  summary: 'write an encoder for other programs',
  more: `Formats:
  tfjs         a layers model of TensorFlow.js: model.json and weights.bin
  torchvision  model.safetensors for load_state_dict of torchvision's or timm's network
  huggingface  model.safetensors and config.json for transformers' ResNetModel.from_pretrained (Python)
  onnx         model.onnx for ONNX runtimes: in pages, Python, C++, on phones
  transformers a folder that transformers.js opens by pipeline('image-feature-extraction') (JavaScript)

Of the last two, --dtype fp16 halves the size of the file, int8 quarters it; networks calculate in single precision.`,
  settings: {
    run: {
      kind: 'text',
      argument: true,
      value: 'RUN',
      required: true,
      about: 'a run, or an encoder (a folder, .pth, .safetensors)',
    },
    format: {
      kind: ['tfjs', 'torchvision', 'huggingface', 'onnx', 'transformers'],
      value: 'NAME',
      required: true,
      about: 'tfjs, torchvision, huggingface, onnx or transformers',
    },
    dtype: {
      kind: ['fp32', 'fp16', 'int8'],
      value: 'NAME',
      about: 'how onnx and transformers keep the weights: fp32 (default), fp16 or int8',
    },
    out: {kind: 'text', value: 'DIR', required: true, about: 'the folder that it goes to'},
    overwrite: {kind: 'flag', about: 'replace an encoder that is there'},
    ...computing,
    ...common,
  },
  async run({run, format, dtype, out, overwrite = false, backend}, {output}) {
    if (dtype !== undefined && !smaller.includes(format)) {
      throw new UsageError(
        `${where}: expected onnx or transformers as --format beside --dtype, got ${format}; leave --dtype out.`,
      );
    }
    const [{exportEncoder}, {checkFolder}, {startBackend}, {checkEncoder, openEncoder}, {printable}] =
      await Promise.all([
        import('@contrastive/weights/node'),
        import('../output/check-folder.js'),
        import('../output/compute.js'),
        import('../encoder/open-encoder.js'),
        import('../escape/terminal.js'),
      ]);
    checkEncoder(where, run);
    await checkFolder(where, out, overwrite);
    await startBackend(backend, output);
    const {encoder} = await openEncoder(where, run);
    try {
      await exportEncoder(encoder, out, {overwrite, ...formats[format], ...(dtype && {dtype})});
    } finally {
      encoder.dispose();
    }
    output.say(`Written for ${format}: ${printable(out)}`);
    output.record({event: 'exported', format, ...(dtype && {dtype}), out});
    return undefined;
  },
});
