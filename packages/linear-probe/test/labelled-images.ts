import {createRandom} from '@contrastive/augment';
import {fromArrays, type Source} from '@contrastive/data';
import {batchNorm} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';

/** Grey images of 8 × 8 noisy pixels, brighter to the top (class 0), the bottom (1) or the middle (2). */
export function labelledImages(length: number, seed: number, classCount = 3): Source {
  const random = createRandom(seed);
  const labels = Int32Array.from({length}, (_, i) => i % classCount);
  const images = Uint8Array.from({length: length * 64}, (_, k) => {
    const row = Math.floor((k % 64) / 8);
    const slope = [3.5 - row, row - 3.5, 3.5 - 2 * Math.abs(row - 3.5)][labels[Math.floor(k / 64)]];
    return Math.max(0, Math.min(255, Math.round(128 + 16 * slope + 30 * random.normal())));
  });
  return fromArrays({images, height: 8, width: 8, labels});
}

/** A small network with BatchNorm: `conv1`, `bn1`, `layer1.conv1`, `layer1.bn1`, pooled halves. */
export function smallEncoder(seed = 1): tfl.LayersModel {
  const kernelInitializer = (place: number) => tfl.initializers.heNormal({seed: seed + place});
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        ...{name: 'conv1', filters: 4, kernelSize: 3, padding: 'same', useBias: false, inputShape: [8, 8, 1]},
        kernelInitializer: kernelInitializer(0),
      }),
      batchNorm({name: 'bn1'}),
      tfl.layers.reLU({name: 'relu1'}),
      tfl.layers.conv2d({
        ...{name: 'layer1.conv1', filters: 6, kernelSize: 3, strides: 2, padding: 'same', useBias: false},
        kernelInitializer: kernelInitializer(1),
      }),
      batchNorm({name: 'layer1.bn1'}),
      tfl.layers.reLU({name: 'layer1.relu1'}),
      tfl.layers.flatten({name: 'flat'}),
      tfl.layers.dense({name: 'features', units: 8, kernelInitializer: kernelInitializer(2)}),
    ],
  });
}
