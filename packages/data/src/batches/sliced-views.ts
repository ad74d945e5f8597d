import type {Augment, Images} from '@contrastive/augment';
import {keep} from '@tensorflow/tfjs-core';
import type {Views} from '../views.js';
import {viewsOfBytes, type Bytes, type Labelled} from './rows.js';

/** The images of a batch as bytes: tensors are made of a slice when it is asked for, of the whole when looked at. */
export function slicedViews(bytes: Bytes, augments: readonly Augment[], channels: number, batch: Labelled): Views {
  const {indices, labels, keys} = batch;
  let made: {first: Images; second: Images} | undefined;
  const whole = (): {first: Images; second: Images} => {
    if (made === undefined) {
      made = viewsOfBytes(bytes, augments, channels);
      keep(made.first); // whoever looks may be in a tidy
      keep(made.second);
    }
    return made;
  };
  return {
    ...batch,
    get first() {
      return whole().first;
    },
    get second() {
      return whole().second;
    },
    slice(begin, end) {
      const rows = bytes.sizes.map(([height, width]) => height * width * channels);
      const part = {
        sizes: bytes.sizes,
        views: bytes.views.map((view, i) => view.subarray(begin * rows[i], end * rows[i])),
      };
      return {
        ...batch,
        ...viewsOfBytes(part, augments, channels),
        indices: indices.slice(begin, end),
        ...(labels && {labels: labels.slice(begin, end)}),
        ...(keys && {keys: keys.slice(begin, end)}),
      };
    },
    dispose() {
      made?.first.dispose();
      made?.second.dispose();
      made = undefined;
    },
  };
}
