import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {recordedPreparation} from '@contrastive/layers';
import {exportEncoder, importEncoder, loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {call, recordsOf, refusal} from './call.js';
import {encoderIn, temporary} from './images.js';
import {resnetIn} from './resnet-in.js';

const filesIn = (folder: string): string[] => readdirSync(folder, {recursive: true}).map(String).sort();

test.each([
  ['tfjs', [], ['model.json', 'weights.bin']],
  ['torchvision', [], ['model.safetensors', 'preprocessor_config.json']],
  ['huggingface', [], ['config.json', 'model.safetensors', 'preprocessor_config.json']],
  ['onnx', [], ['model.onnx']],
  ['onnx', ['--dtype', 'fp16'], ['model_fp16.onnx']],
  ['transformers', [], ['config.json', 'onnx', 'onnx/model.onnx', 'preprocessor_config.json']],
  ['transformers', ['--dtype', 'int8'], ['config.json', 'onnx', 'onnx/model_int8.onnx', 'preprocessor_config.json']],
] as const)('%s %j is written', async (format, more, files) => {
  const root = temporary();
  const [run, out, tensors] = [await resnetIn(join(root, 'encoder')), join(root, 'out'), tf.memory().numTensors];
  const {code, out: said, errors} = await call('export', run, '--format', format, ...more, '--out', out);
  expect({code, errors}).toEqual({code: 0, errors: ''});
  expect(said).toBe(`Written for ${format}: ${out}\n`);
  expect(filesIn(out)).toEqual(files);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('what is written is what the library writes, and comes back', async () => {
  const root = temporary();
  const run = await resnetIn(join(root, 'encoder'));
  const encoder = await loadEncoder(run);
  const written = async (dtype: 'fp32' | 'fp16' | 'int8'): Promise<Buffer> => {
    const name = dtype === 'fp32' ? 'model.onnx' : `model_${dtype}.onnx`;
    const [ours, theirs] = [join(root, dtype), join(root, `library-${dtype}`)];
    const records = await recordsOf('export', run, '--format', 'onnx', '--dtype', dtype, '--out', ours);
    expect(records.at(-1)).toEqual({event: 'exported', format: 'onnx', dtype, out: ours});
    await exportEncoder(encoder, theirs, {format: 'onnx', dtype});
    expect(readFileSync(join(ours, name)).equals(readFileSync(join(theirs, name)))).toBe(true);
    return readFileSync(join(ours, name));
  };
  const [full, half, quarter] = [await written('fp32'), await written('fp16'), await written('int8')];
  expect(full.length).toBeGreaterThan(1.5 * half.length);
  expect(half.length).toBeGreaterThan(quarter.length);
  for (const format of ['torchvision', 'huggingface']) {
    const out = join(root, format);
    expect((await call('export', run, '--format', format, '--out', out)).code).toBe(0);
    const {encoder: again} = await importEncoder(out);
    const weights = [encoder, again].map(model => model.getWeights().map(weight => [...weight.dataSync()]));
    expect(weights[1]).toEqual(weights[0]);
    expect(recordedPreparation(again)).toEqual(recordedPreparation(encoder));
    again.dispose();
  }
  encoder.dispose();
});

test('what is in the way stays, unless it is a model that may go', async () => {
  const root = temporary();
  const [run, out] = [await resnetIn(join(root, 'encoder')), join(root, 'out')];
  const args = ['export', run, '--format', 'onnx', '--out', out];
  mkdirSync(out);
  writeFileSync(join(out, 'thesis.tex'), 'years');
  expect(await refusal(2, ...args, '--overwrite')).toContain(
    `contrastive export: expected nothing but a model in ${out}, got thesis.tex.\nChoose a directory of its own.`,
  );
  expect(filesIn(out)).toEqual(['thesis.tex']);

  const model = join(root, 'model');
  expect((await call('export', run, '--format', 'tfjs', '--out', model)).code).toBe(0);
  const again = ['export', run, '--format', 'onnx', '--out', model];
  expect(await refusal(2, ...again)).toContain('Choose another, or give --overwrite.');
  expect(filesIn(model)).toEqual(['model.json', 'weights.bin']);
  expect((await call(...again, '--overwrite')).code).toBe(0);
  expect(filesIn(model)).toEqual(['model.onnx']);
});

test.each([
  [['--format', 'torchvision', '--dtype', 'int8'], 2, 'beside --dtype, got torchvision.\nLeave --dtype out.'],
  [['--format', 'onxx'], 2, "expected tfjs, torchvision, huggingface, onnx or transformers as --format, got 'onxx'"],
  [['--format', 'onnx', '--dtype', 'fp8'], 2, "expected fp32, fp16 or int8 as --dtype, got 'fp8'"],
  [
    [],
    2,
    'tfjs, torchvision, huggingface, onnx or transformers as --format, got none.\nSee npx contrastive export --help.',
  ],
  [['--format', 'torchvision'], 1, 'expected an encoder that resnet or importEncoder made, for safetensors'],
])('%j is refused, and nothing is written', async (args, code, message) => {
  const root = temporary();
  const [run, out] = [await encoderIn(join(root, 'encoder')), join(root, 'out')];
  const errors = await refusal(code, 'export', run, ...args, '--out', out);
  expect(errors).toContain(message);
  if (code === 1) expect(errors).toContain('\nGive --format tfjs.');
  expect(existsSync(out)).toBe(false);
});

test('an encoder that is not there, or is damaged, is told', async () => {
  const root = temporary();
  const args = ['--format', 'onnx', '--out', join(root, 'out')];
  expect(await refusal(2, 'export', join(root, 'nowhere'), ...args)).toContain('which is not there.\nCheck the path.');
  const run = await resnetIn(join(root, 'encoder'));
  const {size} = statSync(join(run, 'weights.bin'));
  writeFileSync(join(run, 'weights.bin'), readFileSync(join(run, 'weights.bin')).subarray(0, size - 4));
  expect(await refusal(1, 'export', run, ...args)).toContain('Export or copy the model again.');
  expect(existsSync(join(root, 'out'))).toBe(false);
});
