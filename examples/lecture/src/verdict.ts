import type {Difference} from './figures.js';
import type {Verdict} from './words.js';

/** Points within which two figures count as equal. */
const EQUAL = 1;

/**
 * Whether a sentence of the lecture shows: by the interval of the paired differences, which lies above 0 where one is
 * to be above the other, and within a point of 0 where they are to be equal.
 */
export function verdictOf({comparison: {expected}, values, mean, failed}: Difference): Verdict {
  if (failed) return 'failed';
  if (values.length === 0) return 'missing';
  if (mean === undefined) return 'open'; // one seed tells nothing
  const {low, high} = mean;
  if (expected === 'equal') {
    if (low >= -EQUAL && high <= EQUAL) return 'holds';
    return low > 0 || high < 0 ? 'against' : 'open';
  }
  if (low > 0) return 'holds';
  return high < 0 ? 'against' : 'open';
}
