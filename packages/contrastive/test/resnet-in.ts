import {recordPreparation} from '@contrastive/layers';
import {resnet} from '@contrastive/resnet';
import {exportEncoder} from '@contrastive/weights/node';

/** A small ResNet on disk, `[n, 32, 32, 3]` to `[n, 32]`, with torchvision's stem. */
export async function resnetIn(folder: string, format: 'tfjs' | 'safetensors' = 'tfjs', seed = 1): Promise<string> {
  const encoder = resnet({depths: [1, 1, 1, 1], width: 4, stem: 'imagenet', inputShape: [32, 32, 3], seed});
  recordPreparation('test', encoder, {
    channels: 3,
    size: 32,
    crop: 1,
    interpolation: 'bicubic',
    normalization: {mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4]},
  });
  await exportEncoder(encoder, folder, {overwrite: true, format});
  encoder.dispose();
  return folder;
}
