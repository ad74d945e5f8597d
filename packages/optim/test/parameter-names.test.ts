import {expect, test} from 'vitest';
import {exceptNorm, exceptNormAndBias} from '../src/index.js';

test.each([
  ['encoder/layer1.0.conv1/kernel', true, true],
  ['encoder/layer1.0.bn1/gamma', false, false],
  ['encoder/layer1.0.downsample.1/beta', false, false],
  ['head/projection1/bias', true, false],
  ['encoder/inner/gamma.conv/kernel', true, true],
  ['encoder/beta/bias/depthwise_kernel', true, true],
  ['w', true, true],
  ['bias', true, false],
])('%s', (name, norm, normAndBias) => {
  expect(exceptNorm(name)).toBe(norm);
  expect(exceptNormAndBias(name)).toBe(normAndBias);
});
