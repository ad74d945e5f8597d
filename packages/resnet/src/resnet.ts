import {batchNorm} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import {residualBlock} from './block.js';
import {apply, convolution, pad, relu} from './layers.js';
import {checked, type ResNetOptions} from './options.js';

/**
 * A residual network without classifier (He et al. 2016, arXiv:1512.03385): images `[n, h, w, c]` to features `[n, d]`,
 * the global average of the last stage. Layers, their names (`conv1`, `layer1.0.bn1`, `layer2.0.downsample.0`) and
 * their arithmetic are torchvision's, so its weights fit; BatchNorm is `batchNorm` of `@contrastive/layers`. The number
 * of features d is `model.outputShape[1]`: `width · 2^(stages − 1)`, four times that for bottlenecks.
 *
 * @returns The caller's; `dispose()` frees its weights.
 * @throws RangeError or TypeError on a bad option.
 *
 * @example
 * const encoder = resnet({depths: [1, 1, 1, 1], width: 16, stem: 'cifar', inputShape: [28, 28, 1], seed: 1});
 * const features = encoder.predict(tf.zeros([8, 28, 28, 1])); // [8, 128]
 */
export function resnet(options: ResNetOptions): tfl.LayersModel {
  const {depths, block, width, stem, inputShape, zeroInitLastGamma, seed, name} = checked(options);
  const inputs = tfl.input({shape: [...inputShape], name: `${name}.images`});

  const geometry = stem === 'imagenet' ? {kernelSize: 7, strides: 2} : {kernelSize: 3, strides: 1};
  const convolved = convolution(inputs, {name: 'conv1', filters: width, ...geometry, seed});
  let x = relu(apply(batchNorm({name: 'bn1'}), convolved), 'relu');
  if (stem === 'imagenet') {
    // After a ReLU zeros never win over a larger value, so they stand for torch's padding with −∞.
    x = apply(
      tfl.layers.maxPooling2d({name: 'maxpool', poolSize: 3, strides: 2, padding: 'valid'}),
      pad(x, 'maxpool.pad', 1),
    );
  }

  depths.forEach((depth, stage) => {
    for (let i = 0; i < depth; i++) {
      const strides = stage > 0 && i === 0 ? 2 : 1;
      x = residualBlock(x, {
        name: `layer${stage + 1}.${i}`,
        kind: block,
        width: width * 2 ** stage,
        strides,
        zeroInitLastGamma,
        seed,
      });
    }
  });

  return tfl.model({inputs, outputs: apply(tfl.layers.globalAveragePooling2d({name: 'avgpool'}), x), name});
}
