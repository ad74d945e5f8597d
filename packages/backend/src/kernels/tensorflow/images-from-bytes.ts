import * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type NativeBackend, typeAttribute} from './native-backend.js';

/** What the kernel is called with. */
interface Attributes {
  readonly bytes: Uint8Array;
  readonly shape: number[];
  /** For each channel, or one for all: bytes are multiplied by it. */
  readonly factors: number[];
  /** Likewise: what is added afterwards. */
  readonly offsets: number[];
}

/**
 * Registers `ImagesFromBytes` on the native backend: `bytes · factors + offsets` as float32, channels innermost. The
 * bytes go to the device as they are, a quarter of what numbers would be, and become numbers there.
 */
export const registerImagesFromBytes = (): void => {
  replaceKernel<NativeBackend, Attributes>(
    'ImagesFromBytes',
    'tensorflow',
    ({attrs: {bytes, shape, factors, offsets}, backend}) => {
      const {binding} = backend;
      const uploaded = binding.createTensor(shape, binding.TF_UINT8, bytes);
      const attributes = [
        typeAttribute(backend, 'SrcT', 'TF_UINT8'),
        typeAttribute(backend, 'DstT'),
        {name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false},
      ];
      let cast: tf.Tensor;
      try {
        [cast] = binding.executeOp('Cast', attributes, [uploaded], 1).map(output => backend.createOutputTensor(output));
      } finally {
        binding.deleteTensor(uploaded);
      }
      return tf.tidy(() => {
        // A row of pixels at a time, which broadcasts much faster than a pixel.
        const [n, height, width, channels] = shape;
        const row = (values: number[]) =>
          values.length === 1
            ? values[0]
            : tf.tensor1d(Array.from({length: width * channels}, (_, i) => values[i % channels]));
        const rows = tf.reshape(cast, [n * height, width * channels]);
        cast.dispose();
        const scaled = tf.mul(rows, row(factors));
        return tf.reshape(offsets.every(offset => offset === 0) ? scaled : tf.add(scaled, row(offsets)), shape);
      });
    },
  );
};
