/** What takes an entry out of a softmax: large enough to vanish, finite so that no gradient is NaN. */
export const masked = -1e9;
