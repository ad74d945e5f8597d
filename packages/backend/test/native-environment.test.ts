import {afterEach, expect, test, vi} from 'vitest';
import {nativeEnvironment} from '../src/native/prepare-process.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('TensorFlow computes with oneDNN, with AVX2 too, unless a user says otherwise', () => {
  vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', undefined);
  expect(nativeEnvironment()).toMatchObject({TF_ENABLE_ONEDNN_OPTS: '1'});
  vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
  expect(nativeEnvironment()).toMatchObject({TF_ENABLE_ONEDNN_OPTS: '0'});
});

test('what a user set for TensorFlow stays', () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '3');
  vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', undefined);
  expect(nativeEnvironment()).toMatchObject({CUDA_VISIBLE_DEVICES: '3', TF_CPP_MIN_LOG_LEVEL: '2'});
});
