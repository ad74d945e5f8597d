import * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type NativeBackend, type OpAttribute, typeAttribute} from './native-backend.js';

const attributes = (native: NativeBackend, epsilon: number): OpAttribute[] => [
  typeAttribute(native, 'T'),
  typeAttribute(native, 'U'),
  {name: 'epsilon', type: native.binding.TF_ATTR_FLOAT, value: epsilon},
  {name: 'data_format', type: native.binding.TF_ATTR_STRING, value: 'NHWC'},
  {name: 'is_training', type: native.binding.TF_ATTR_BOOL, value: true},
];

/**
 * Registers `BatchNormTraining` and its gradient on the native backend, as TensorFlow's fused ops. The reserve outputs
 * differ between devices (on a CPU mean and biased variance, on a GPU cuDNN's own): they go from the forward to the
 * gradient untouched.
 */
export const registerBatchNormTraining = (): void => {
  replaceKernel<NativeBackend, {epsilon: number}>(
    'BatchNormTraining',
    'tensorflow',
    ({inputs: {x, gamma, beta}, attrs: {epsilon}, backend}) => {
      const none = tf.tensor1d([], 'float32'); // the op wants empty running statistics when it is to average nothing
      const averaging = {name: 'exponential_avg_factor', type: backend.binding.TF_ATTR_FLOAT, value: 1};
      const outputs = backend.executeMultipleOutputs(
        'FusedBatchNormV3',
        [...attributes(backend, epsilon), averaging],
        [x, gamma, beta, none, none],
        6,
      );
      none.dispose();
      return outputs; // y, mean, unbiased variance, three reserves
    },
  );
  replaceKernel<NativeBackend, {epsilon: number}>(
    'BatchNormTrainingGrad',
    'tensorflow',
    ({inputs, attrs: {epsilon}, backend}) => {
      const {dy, x, gamma, reserve1, reserve2, reserve3} = inputs;
      const saved = [dy, x, gamma, reserve1, reserve2, reserve3];
      const [dx, dgamma, dbeta, unused4, unused5] = backend.executeMultipleOutputs(
        'FusedBatchNormGradV3',
        attributes(backend, epsilon),
        saved,
        5,
      );
      tf.dispose([unused4, unused5]);
      return [dx, dgamma, dbeta];
    },
  );
};
