import type {Difference} from './figures.js';

/** How a claim of the lecture stands after the runs. */
export type Verdict = 'holds' | 'against' | 'open' | 'failed' | 'missing';

/** Points within which two figures count as equal. */
const EQUAL = 1;

/**
 * Whether a claim of the lecture shows: by the interval of the paired differences, which lies above 0 where one is to
 * be above the other, and within a point of 0 where they are to be equal. What fails with every seed is below what
 * never does, and not equal to it.
 */
export function verdictOf({comparison: {expected}, values, mean, failed}: Difference): Verdict {
  const [one, other] = failed;
  if (one + other > 0) {
    if (values.length > 0 || (one > 0 && other > 0)) return 'failed';
    return expected === 'above' && one === 0 ? 'holds' : 'against';
  }
  if (values.length === 0) return 'missing';
  if (mean === undefined) return 'open'; // one seed tells nothing
  const {low, high} = mean;
  if (expected === 'equal') {
    if (low >= -EQUAL && high <= EQUAL) return 'holds';
    return low > EQUAL || high < -EQUAL ? 'against' : 'open';
  }
  if (low > 0) return 'holds';
  return high < 0 ? 'against' : 'open';
}
