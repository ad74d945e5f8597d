/** The last step of which a rise is taken for this one. */
const MOST = 20_000;
/** Steps whose losses are averaged, and how much higher than that of the first step is told. */
const [SPAN, FACTOR] = [20, 1.1];

/**
 * Tells why MoCo's loss rises first: the queue begins with random directions, which are easy to tell from a key, and
 * fills with keys, which are not (moco#12, #15, #38 and others ask for it). Only the first step has none of them: a
 * queue of 4096 is full after 16 steps of 256.
 *
 * @returns What looks at the loss of each step, and speaks where the rise is seen.
 */
export function risingLoss(
  queueSize: number,
): (record: {readonly step: number; readonly loss: number}) => string | undefined {
  const chance = Math.log(queueSize + 1).toFixed(2);
  let [first, sum, count] = [NaN, 0, 0];
  let expected = 0; // the step that comes next of a run from its start
  return ({step, loss}) => {
    if (step !== expected || step > MOST) return undefined; // a resumed run, or one that rises for another reason
    expected++;
    if (step === 0) first = loss;
    sum += loss;
    count++;
    if (count < SPAN) return undefined;
    const mean = sum / SPAN;
    [sum, count] = [0, 0];
    return mean > FACTOR * first
      ? `the loss rises at first, as it should: the queue begins with random directions and fills with keys. It ` +
          `falls again after some epochs; only a loss that stays near ln(queueSize + 1) = ${chance} is at chance.`
      : undefined;
  };
}
