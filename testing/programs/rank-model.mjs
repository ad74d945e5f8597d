/**
 * How long a step takes by how many ranks, as docs/distributed.md models it: `node rank-model.mjs JSON` prints a table
 * from 1 to 1,024 ranks. Times in seconds, sizes in bytes.
 */
import {pathToFileURL} from 'node:url';

/**
 * The time of a step.
 *
 * @param step What a rank does: `compute` for its images and `loss` for a loss of theirs alone; `lossOf(ranks)`, of the
 * images of all; `bytes` of gradients in `messages`, and `norms` BatchNorms with the statistics of all.
 * @param machine `latency` of a small message, `norm` for what a BatchNorm with the statistics of all computes more
 * than one by itself; `bandwidth` between ranks; `copy` for a byte off the device and back.
 */
export function stepSeconds({compute, loss, lossOf, bytes, messages, norms}, {latency, norm, bandwidth, copy}, ranks) {
  if (ranks === 1) return compute;
  const small = (4 + messages + 2 * norms) * latency * Math.log2(ranks) + norms * norm;
  const gradients = (2 * (1 - 1 / ranks) * bytes) / bandwidth + copy * bytes;
  return compute + small + gradients + lossOf(ranks) - loss;
}

/** Where ranks are the given number of times as fast as one. */
function table({pairs, lossPerSquare, ...step}, machine) {
  const whole = {...step, loss: lossPerSquare * pairs ** 2, lossOf: ranks => lossPerSquare * (ranks * pairs) ** 2};
  const one = stepSeconds(whole, machine, 1);
  console.log('| ranks | batch | step | images a second, times those of one | of what all do apart |');
  console.log('| --- | --- | --- | --- | --- |');
  for (let ranks = 1; ranks <= 1024; ranks *= 2) {
    const seconds = stepSeconds(whole, machine, ranks);
    const times = (ranks * one) / seconds;
    const cells = [
      ranks,
      ranks * pairs,
      `${seconds.toPrecision(3)} s`,
      times.toFixed(1),
      `${Math.round((100 * times) / ranks)} %`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const {step, machine} = JSON.parse(process.argv[2]);
  table(step, machine);
}
