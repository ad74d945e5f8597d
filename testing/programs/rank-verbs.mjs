/** What ranks do together, each with its own numbers: `mpirun -n N node rank-verbs.mjs DIR`; each prints what came. */
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {clearInterval, setInterval} from 'node:timers';
import {setTimeout as sleep} from 'node:timers/promises';
import {useBackend} from '@contrastive/backend';
import {connect} from '@contrastive/distributed';
import * as tf from '@tensorflow/tfjs-core';

const communicator = await connect({deadline: 30});
await useBackend();
const {rank, size, localRank, localSize, library} = communicator;
const before = tf.memory().numTensors;

const rows = tf.tensor2d([10 * rank, 10 * rank + 1, 10 * rank + 2, 10 * rank + 3], [2, 2]);
const labels = tf.tensor1d([rank, rank + 100], 'int32');
const gathered = communicator.allGather(rows);
const gatheredLabels = communicator.allGather(labels);
const own = communicator.ownRows(gathered);
const order = Int32Array.from({length: 2 * size}, (_, i) => (i * 5 + 3) % (2 * size)); // 5 divides no size of a test
const permuted = communicator.permute(rows, order);
const everyones = communicator.allGather(permuted);
const sum = communicator.allReduce(rows);

// One tensor that is a message by itself, and small ones that share one.
const sizes = [3, 70_000, 1, 5];
const summed = await communicator.allReduceAll(sizes.map((length, i) => tf.fill([length], (rank + 1) * (i + 1))));
// Tensors that are made of the same memory, one number and none.
const large = tf.fill([280, 250], rank + 1);
const odd = await communicator.allReduceAll([large, tf.clone(large), tf.scalar(rank), tf.zeros([0, 3])]);
// Sums in place leave what others can read: another handle, another shape, a part.
const alive = tf.fill([300, 250], rank + 1);
const [whole, again, alone] = [tf.fill([300, 250], rank + 1), tf.clone(alive), tf.fill([70_000], rank + 1)];
const inPlace = await communicator.allReduceAll(
  [whole, tf.reshape(whole, [250, 300]), tf.slice(whole, [10, 0], [280, 250]), again, alone],
  {inPlace: true},
);
const variable = tf.tidy(() => tf.variable(tf.tensor1d([rank, 2 * rank])));
await communicator.averageAll([variable]);
const given = {a: tf.tensor1d([rank + 7]), b: tf.tensor1d([rank], 'int32')};
const came = await communicator.broadcast(given);
const text = await communicator.broadcastText(rank === 0 ? 'grüße' : '');
const extremes = await communicator.extremes([rank, -rank]);

/** Longer than a rank waits without a pause. */
const LONG = 300;

const [, , folder] = process.argv;
const isLast = rank === size - 1;
const leave = name => writeFileSync(join(folder, `${name}-${rank}`), '');
/** The last rank waits here, half a minute at most, until each other one has left its file of that name. */
async function othersHaveLeft(name) {
  const others = [...Array(size - 1).keys()].map(one => join(folder, `${name}-${one}`));
  for (let i = 0; i < 3000 && !others.every(existsSync); i++) await sleep(10);
}

// Timers go on while a rank waits for one that comes late.
let ticks = 0;
const since = performance.now();
const timer = setInterval(() => {
  ticks++;
  if (ticks >= 3 && performance.now() - since > LONG) leave('ticks');
}, 10);
if (isLast) await othersHaveLeft('ticks');
await communicator.barrier();
clearInterval(timer);

// Without numbers too they wait for each other.
let met = false;
const meeting = (isLast ? othersHaveLeft('waited') : Promise.resolve()).then(() => communicator.extremes([]));
void meeting.then(() => (met = true));
await sleep(LONG);
const waited = !met;
leave('waited');
await meeting;
const nothing = await communicator.allReduceAll([]);

await communicator.checkSame('same', {sum, order: gathered});
const refusal = await communicator.checkSame('differs', {sum, rows}).then(
  () => 'none',
  error => error.message,
);

// Bad addresses of WebAssembly are errors as before, whose signals the library could have taken.
const reads = new globalThis.WebAssembly.Module(
  Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // a module
    ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f], // the type of a function of one integer that gives one
    ...[3, 2, 1, 0], // a function of that type
    ...[5, 3, 1, 0, 1], // a memory of one page
    ...[7, 5, 1, 1, 0x66, 0, 0], // the function is exported as f
    ...[10, 9, 1, 7, 0, 0x20, 0, 0x28, 2, 0, 0x0b], // and reads an integer where its own points
  ),
);
let trapped = 'nothing';
try {
  new globalThis.WebAssembly.Instance(reads).exports.f(2 ** 30);
} catch (error) {
  trapped = error.message;
}

const result = {
  rank,
  localRank,
  localSize,
  library,
  gathered: [...gathered.dataSync()],
  gatheredLabels: [...gatheredLabels.dataSync()],
  own: [...own.dataSync()],
  permuted: [...everyones.dataSync()],
  order: [...order],
  sum: [...sum.dataSync()],
  summed: summed.map(tensor => [tensor.shape[0], ...new Set(tensor.dataSync())]),
  odd: odd.map(tensor => [tensor.shape, [...new Set(tensor.dataSync())]]),
  inPlace: inPlace.map(tensor => [...new Set(tensor.dataSync())]),
  alive: [...new Set(alive.dataSync())],
  averaged: [...variable.dataSync()],
  came: came && Object.fromEntries(Object.entries(came).map(([name, tensor]) => [name, [...tensor.dataSync()]])),
  text,
  extremes,
  ticks,
  waited,
  nothing,
  refusal,
  trapped,
  connectedOnce: communicator === (await connect()),
};
tf.dispose([
  rows,
  labels,
  gathered,
  gatheredLabels,
  own,
  permuted,
  everyones,
  sum,
  ...summed,
  ...odd,
  ...inPlace,
  alive,
  variable,
  given,
  came ?? {},
]);
result.tensorsLeft = tf.memory().numTensors - before;
// One after the other, so that lines stay whole.
for (let turn = 0; turn < size; turn++) {
  if (turn === rank) process.stdout.write(`${JSON.stringify(result)}\n`);
  await communicator.barrier();
}
await communicator.close();
