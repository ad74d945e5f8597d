import {reasonOf} from '@contrastive/internal';
import {OtherFormatError} from './tar-entries.js';

/** What is said of a shard that could not be read to its end, after so many samples. */
export const damageOf = (error: unknown, samples: number): string =>
  error instanceof OtherFormatError ? error.message : `it is damaged after ${samples} samples (${reasonOf(error)})`;
