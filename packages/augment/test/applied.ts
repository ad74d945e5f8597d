import type {Tensor4D} from '@tensorflow/tfjs-core';
import {augmentation, type Operation} from '../src/index.js';

/** The images after one operation, `params[i]` being those of image `i`. */
export const applied = <P>(operation: Operation<P>, images: Tensor4D, params: readonly P[]): Tensor4D =>
  augmentation([operation]).apply(
    images,
    params.map(entry => ({[operation.name]: entry})),
  );
