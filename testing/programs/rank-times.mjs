/**
 * What ranks cost, measured: `mpirun -n N node rank-times.mjs [resnet18]`; rank 0 prints JSON. The latency of an
 * agreement, the time of all-reduces of several sizes by calls of MPI from C in this process, that of ResNet-18's
 * gradients by the communicator and from C, and steps of SimCLR, whole and without what ranks do, beside what the model
 * of docs/distributed.md makes of these figures; what a synchronised BatchNorm costs is taken from the step itself.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {fromArrays, twoViews} from '@contrastive/data';
import {connect} from '@contrastive/distributed';
import {ntXent} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet, resnet18} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import koffi from 'koffi';
import {stepSeconds} from './rank-model.mjs';

const communicator = await connect({deadline: 120});
await useBackend();
const {rank, size, library = ''} = communicator;
const median = times => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

/** The median time of something that all ranks do, in seconds. */
async function timed(times, action) {
  const found = [];
  for (let i = 0; i < times; i++) {
    await communicator.barrier();
    const began = performance.now();
    await action();
    found.push((performance.now() - began) / 1000);
  }
  return median(found);
}

/** The same non-blocking sum in place from C, of messages of so many numbers each, one after the other. */
async function fromC() {
  const isOpen = library.startsWith('Open MPI');
  const handle = isOpen ? 'void *' : 'int';
  const folder = mkdtempSync(join(tmpdir(), 'rank-times-'));
  writeFileSync(
    join(folder, 'sum.c'),
    `#include <time.h>
    typedef ${handle} handle;
    int MPI_Iallreduce(const void *, void *, int, handle, handle, handle, handle *);
    int MPI_Wait(handle *, void *);
    double sums(float *values, const int *counts, int messages, handle type, handle op, handle comm, void *status) {
      struct timespec a, b;
      clock_gettime(CLOCK_MONOTONIC, &a);
      for (int i = 0; i < messages; i++) {
        handle request;
        MPI_Iallreduce((void *)${isOpen ? 1 : -1}, values, counts[i], type, op, comm, &request);
        MPI_Wait(&request, status);
        values += counts[i];
      }
      clock_gettime(CLOCK_MONOTONIC, &b);
      return (b.tv_sec - a.tv_sec) + 1e-9 * (b.tv_nsec - a.tv_nsec);
    }`,
  );
  execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-o', join(folder, 'sum.so'), join(folder, 'sum.c')]);
  const mpi = koffi.load(isOpen ? 'libmpi.so.40' : 'libmpich.so.12', {global: true});
  const lib = koffi.load(join(folder, 'sum.so'));
  rmSync(folder, {recursive: true}); // what is loaded no longer needs its file
  const type = isOpen ? 'uintptr_t' : 'int';
  const sums = lib.func(
    `double sums(void *values, void *counts, int messages, ${type} type, ${type} op, ${type} comm, intptr_t status)`,
  );
  const [float, sum, world, ignore] = isOpen
    ? [...['ompi_mpi_float', 'ompi_mpi_op_sum', 'ompi_mpi_comm_world'].map(name => mpi.symbol(name)), 0]
    : [0x4c00040a, 0x58000003, 0x44000000, 1];
  return async (counts, times = 9) => {
    const length = counts.reduce((a, b) => a + b, 0);
    const values = new Float32Array(length);
    const found = [];
    for (let i = 0; i < times; i++) {
      values.fill(1);
      await communicator.barrier();
      found.push(sums(values, Int32Array.from(counts), counts.length, float, sum, world, ignore));
    }
    return median(found);
  };
}

const result = {size, library, agreement: await timed(200, () => communicator.extremes([1]))};
const encoder = resnet18({inputShape: [32, 32, 3], stem: 'cifar', seed: 1});
const shapes = encoder.trainableWeights.map(({shape}) => shape);
result.bytes = 4 * shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape(shape), 0);
const gradients = shapes.map(shape => tf.ones(shape));
// Each call is given tensors of its own, whose making is no part of the time.
const sumOfGradients = async () => {
  const copies = gradients.map(tensor => tf.add(tensor, 1));
  await communicator.barrier();
  const began = performance.now();
  tf.dispose(await communicator.allReduceAll(copies, {inPlace: true}));
  return (performance.now() - began) / 1000;
};
const rounds = [];
for (let i = 0; i < 9; i++) rounds.push(await sumOfGradients());
result.gradients = median(rounds);
if (size > 1) {
  const c = await fromC();
  const sizes = shapes.map(shape => tf.util.sizeFromShape(shape));
  const large = sizes.filter(length => length >= 2 ** 16);
  const small = sizes.filter(length => length < 2 ** 16).reduce((a, b) => a + b, 0);
  result.gradientsFromC = await c([...large, small]);
  result.ratio = result.gradients / result.gradientsFromC;
  result.sumsFromC = {};
  for (const length of [1, 2 ** 10, 2 ** 16, 2 ** 20, 2 ** 23]) result.sumsFromC[length * 4] = await c([length]);
}
tf.dispose(gradients);
encoder.dispose();

/** Images of a rank, and the network that they train, which the command line may name. */
const IMAGES = 16;
const [network = 'small'] = process.argv.slice(2);
const stages = {small: {depths: [1, 1, 1, 1], width: 16}, resnet18: {depths: [2, 2, 2, 2]}}[network];

/** The time of NT-Xent's gradient over so many pairs, in seconds. */
async function lossTime(pairs) {
  const views = [1, 2].map(seed => tf.randomNormal([pairs, 128], 0, 1, 'float32', seed));
  const gradients = tf.grads((z1, z2) => ntXent()({z1, z2}));
  const time = await timed(9, async () => {
    const [one, other] = gradients(views);
    await one.data();
    tf.dispose([one, other]);
  });
  tf.dispose(views);
  return time;
}

/** Steps of SimCLR with the same images a rank, with the communicator and without. */
async function stepTime(options, ranks, synchronized = true) {
  const side = 32;
  const images = fromArrays({
    images: Uint8Array.from({length: 128 * side * side * 3}, (_, i) => (i * 7919) % 256),
    ...{height: side, width: side, channels: 3},
  });
  const own = resnet({...stages, stem: 'cifar', inputShape: [side, side, 3], seed: 1});
  const head = simclrHead(own, {seed: 1});
  const method = simclr({encoder: own, head, synchronized});
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const lengths = Object.values(method.parameters).map(parameter => parameter.size);
  result.parameterBytes = 4 * lengths.reduce((a, b) => a + b, 0);
  result.messages = lengths.filter(length => length >= 2 ** 16).length + 1; // and one of all small ones
  result.norms = [own, head]
    .flatMap(network => network.layers)
    .filter(layer => /norm/i.test(layer.getClassName())).length;
  const augment = simclrAugment({size: side});
  const views = twoViews(images, {augment, batchSize: IMAGES * ranks.size, seed: 1, steps: 12, ranks});
  const times = [];
  let last = performance.now();
  for await (const {step} of train({method, optimizer, views, learningRate: 1e-3, compareEvery: 1000, ...options})) {
    const now = performance.now();
    if (step > 1) times.push((now - last) / 1000);
    last = now;
  }
  tf.dispose([own, head].flatMap(network => network.weights.map(weight => weight.read())));
  optimizer.dispose();
  return median(times);
}
await stepTime({}, {rank: 0, size: 1}); // the first one of a process is slower
await communicator.barrier();
result.stepTogether = await stepTime({communicator}, communicator);
await communicator.barrier();
result.stepUnsynchronized = await stepTime({communicator}, communicator, false);
await communicator.barrier();
result.stepApart = await stepTime({}, {rank: 0, size: 1});
await communicator.barrier();
if (size === 1) result.lossPerSquare = (await lossTime(1024)) / 1024 ** 2;
else {
  // The constants of the model, each from a figure of its own.
  const rounds = Math.log2(size);
  const mostBytes = Math.max(...Object.keys(result.sumsFromC).map(Number));
  const model = {
    latency: result.agreement / rounds,
    bandwidth: (2 * (1 - 1 / size) * mostBytes) / result.sumsFromC[mostBytes],
    copy: Math.max(0, result.gradients - result.gradientsFromC) / result.bytes,
    norm: (result.stepTogether - result.stepUnsynchronized) / result.norms - 2 * result.agreement,
    loss: (await lossTime(IMAGES * size)) - (await lossTime(IMAGES)),
  };
  result.model = model;
  const {stepApart, parameterBytes, messages, norms} = result;
  const step = {compute: stepApart, loss: 0, lossOf: () => model.loss, bytes: parameterBytes, messages, norms};
  result.predicted = stepSeconds(step, model, size);
  result.predictedUnsynchronized = stepSeconds({...step, norms: 0}, model, size);
}
if (rank === 0) console.log(JSON.stringify(result));
await communicator.close();
