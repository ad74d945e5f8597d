// The whole library in one install, for Node. Pages install the packages that they need: those bring nothing of Node.
export * from '@contrastive/augment';
export * from '@contrastive/backend';
export * from '@contrastive/data';
export * from '@contrastive/distributed';
export * from '@contrastive/image-files';
export * from '@contrastive/layers';
export * from '@contrastive/linear-probe';
export * from '@contrastive/losses';
export * from '@contrastive/moco';
export * from '@contrastive/momentum-queue';
export * from '@contrastive/optim';
export * from '@contrastive/projection-head';
export * from '@contrastive/resnet';
export * from '@contrastive/safetensors';
export * from '@contrastive/safetensors/node';
export * from '@contrastive/simclr';
export * from '@contrastive/train';
export * from '@contrastive/train/node';
export * from '@contrastive/weights';
export * from '@contrastive/weights/node';

// Two packages have a type of this name; that of `image-files` is plain data that fits this one.
export type {LabelMatrix} from '@contrastive/linear-probe';
