import {existsSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {recordedPreparation} from '@contrastive/layers';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {call, recordsOf, refusal} from './call.js';
import {temporary} from './images.js';
import {resnetIn} from './resnet-in.js';

test('makes an encoder of safetensors, says what it assumed, and keeps the weights', async () => {
  const root = temporary();
  const [own, file] = [
    await resnetIn(join(root, 'own')),
    join(await resnetIn(join(root, 'torch'), 'safetensors'), 'model.safetensors'),
  ];
  const [out, tensors] = [join(root, 'out'), tf.memory().numTensors];
  const {code, out: said, errors} = await call('import', file, '--out', out);
  expect({code, errors}).toEqual({code: 0, errors: ''});
  expect(said).toMatch(/^An encoder of [\d,]+ numbers: /);
  expect(said).toContain('assumed family "torchvision": its tensors are called as in torchvision');
  const [encoder, original] = [await loadEncoder(out), await loadEncoder(own)];
  const [ours, theirs] = [encoder, original].map(model => model.getWeights().map(weight => [...weight.dataSync()]));
  expect(ours).toEqual(theirs);
  expect(recordedPreparation(encoder)).toEqual(recordedPreparation(original)); // as the file beside it says
  encoder.dispose();
  original.dispose();
  expect(tf.memory().numTensors).toBe(tensors);

  const [, record] = await recordsOf('import', file, '--out', out, '--overwrite');
  expect(record).toMatchObject({event: 'imported', out, unused: []});
});

test('another size keeps how images are prepared otherwise', async () => {
  const root = temporary();
  const [file, out] = [await resnetIn(join(root, 'torch'), 'safetensors'), join(root, 'out')];
  const {code, errors} = await call('import', file, '--out', out, '--size', '64');
  expect({code, errors}).toEqual({code: 0, errors: ''});
  const encoder = await loadEncoder(out);
  expect(recordedPreparation(encoder)).toMatchObject({size: 64, channels: 3, normalization: {mean: [0.5, 0.4, 0.3]}});
  encoder.dispose();
});

test('what is no file of weights, or in the way, is told, and nothing is written', async () => {
  const root = temporary();
  const [out, text] = [join(root, 'out'), join(root, 'notes.pth')];
  writeFileSync(text, 'no weights');
  expect(await refusal(2, 'import', join(root, 'nowhere.pth'), '--out', out)).toContain(
    'which is not there.\nCheck the path.',
  );
  expect((await call('import', text, '--out', out)).code).toBe(1);
  expect(await refusal(2, 'import', text, '--out', out, '--family', 'torchvison')).toContain("got 'torchvison'");
  expect(existsSync(out)).toBe(false);

  expect(await refusal(1, 'import', await resnetIn(join(root, 'own')), '--out', out)).toContain(
    'got model.json of TensorFlow.js.\nIt needs no import: give it as it is',
  );
  expect(existsSync(out)).toBe(false);

  const file = await resnetIn(join(root, 'torch'), 'safetensors');
  expect((await call('import', file, '--out', out)).code).toBe(0);
  expect(await refusal(2, 'import', file, '--out', out)).toContain('Choose another, or give --overwrite.');
  expect(readdirSync(out).sort()).toEqual(['model.json', 'weights.bin']);
});
