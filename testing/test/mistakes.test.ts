import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as augment from '@contrastive/augment';
import * as backend from '@contrastive/backend';
import * as data from '@contrastive/data';
import * as distributed from '@contrastive/distributed';
import * as files from '@contrastive/image-files';
import * as layers from '@contrastive/layers';
import * as probes from '@contrastive/linear-probe';
import * as losses from '@contrastive/losses';
import * as lossTests from '@contrastive/losses/testing';
import * as mocos from '@contrastive/moco';
import * as queues from '@contrastive/momentum-queue';
import * as optim from '@contrastive/optim';
import * as heads from '@contrastive/projection-head';
import * as resnets from '@contrastive/resnet';
import * as safetensors from '@contrastive/safetensors';
import * as tensorFiles from '@contrastive/safetensors/node';
import * as simclrs from '@contrastive/simclr';
import * as trains from '@contrastive/train';
import * as logs from '@contrastive/train/node';
import * as weights from '@contrastive/weights';
import * as weightFiles from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import * as reports from 'contrastive/report';
import {afterAll, describe, expect, test} from 'vitest';

/** A public function with arguments that it takes, and what may stand in their places. */
interface Called {
  readonly f: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  /** Mistakes that it lets pass because they are none, by the number of the argument: `0: ['nothing']`. */
  readonly fine?: Readonly<Partial<Record<number, readonly string[]>>>;
}

/** What people give by mistake in the place of a value. */
const mistakes: Readonly<Record<string, (good: unknown) => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  text: () => 'some text',
  number: () => 7.5,
  'no number': () => NaN,
  flag: () => true,
  bigint: () => 3n,
  list: () => ['a', 'b'],
  'another record': () => ({misspelt: 1}),
  promise: good => Promise.resolve(good),
  'function that gives it': good => () => good,
  date: () => new Date(0),
};

/** Options may be left out where all of them may. */
const optional = ['nothing'];

const out = mkdtempSync(join(tmpdir(), 'mistakes-'));
const images = data.fromArrays({images: new Uint8Array(4 * 64).fill(9), height: 8, width: 8, labels: [0, 1, 0, 1]});
const views = augment.evalAugment({size: 8});
const dense = () =>
  tfl.sequential({layers: [tfl.layers.flatten({inputShape: [8, 8, 1]}), tfl.layers.dense({units: 4, name: 'fc'})]});
const [encoder, twin] = [dense(), dense()];
const head = tfl.sequential({layers: [tfl.layers.dense({units: 4, inputShape: [4]})]});
const features = {
  data: Float32Array.from({length: 16}, (_, i) => Math.sin(i)),
  rows: 4,
  columns: 4,
  labels: Int32Array.of(0, 1, 0, 1),
};
const batch = tf.ones([2, 8, 8, 1]);
const rows = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 9], [4, 2]);
const classes = tf.tensor1d([0, 1, 0, 1], 'int32');
const method = simclrs.simclr({encoder, head});
const {parameters} = method;
const optimizer = optim.sgd(parameters);
const model = await probes.logisticRegression(features, {l2: 1});
const pixels: augment.Pixels = {data: new Uint8Array(64), height: 8, width: 8, channels: 1};
const ints = Int32Array.of(0, 1);
const marks = {relevant: Uint8Array.of(1, 0, 1, 0), classCount: 1};
const marked = {features, labels: marks};
const transferTo = {name: 'images', train: images, test: images, metric: 'accuracy'};
const cell = {
  ...{
    dataSet: 'images',
    start: 'none',
    protocol: 'none',
    seed: 1,
    digest: '',
    metric: 'accuracy',
    value: 0,
    seconds: 0,
  },
  sizes: {train: 1, test: 1},
};
const weightsToWrite = new Map([['w', {dtype: 'F32', shape: [1], data: Float32Array.of(1)}]]);
const noTensors = {tensors: new Map(), readFloat32: async () => new Float32Array()};
const emptyFile = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d); // {}

afterAll(() => {
  rmSync(out, {recursive: true});
  tf.dispose([batch, rows, classes]);
  for (const own of [optimizer, encoder, twin, head]) own.dispose();
});

/** What makes something of a loss, an augmentation or an optimiser from options that all may be left out. */
const factory = (f: Called['f'], options: object): Called => ({f, args: [options], fine: {0: optional}});
const needed = (f: Called['f'], options: object): Called => ({f, args: [options]});
/** A network whose seed, like all its options, may be left out. */
const ofEncoder = (f: Called['f']): Called => ({f, args: [encoder, {seed: 1}], fine: {1: optional}});
const directory = {directory: join(out, 'nowhere')};

const calls: Readonly<Record<string, Called>> = {
  augmentation: {f: augment.augmentation, args: [[augment.centerCrop({size: 8})]]},
  centerCrop: needed(augment.centerCrop, {size: 8}),
  colorJitter: factory(augment.colorJitter, {brightness: 0.4}),
  evalAugment: factory(augment.evalAugment, {size: 8}),
  fromRecipe: {f: augment.fromRecipe, args: [augment.recipeOf(views)]},
  gaussianBlur: factory(augment.gaussianBlur, {sigma: [0.1, 2]}),
  grayscale: factory(augment.grayscale, {probability: 1}),
  horizontalFlip: factory(augment.horizontalFlip, {probability: 1}),
  mocoV1Augment: needed(augment.mocoV1Augment, {size: 8}),
  mocoV2Augment: needed(augment.mocoV2Augment, {size: 8}),
  normalize: needed(augment.normalize, {mean: [0], std: [1]}),
  preparationFor: {f: augment.preparationFor, args: [views, 1]},
  prepare: needed(augment.prepare, {channels: 1, size: 8}),
  randomResizedCrop: needed(augment.randomResizedCrop, {size: 8}),
  simclrAugment: needed(augment.simclrAugment, {size: 8}),
  solarize: factory(augment.solarize, {threshold: 0.5}),
  toImages: {f: augment.toImages, args: [pixels.data, [1, 8, 8, 1], {mean: [0], std: [1]}], fine: {2: optional}},
  viewSize: {f: augment.viewSize, args: [views]},

  setUpProject: {f: backend.setUpProject, args: [{directory: 5}], fine: {0: optional}}, // does not begin
  setUp: {f: backend.setUp, args: [{cache: out, packageDirectory: 5}], fine: {0: optional}}, // does not begin
  useBackend: {f: backend.useBackend, args: [tf.getBackend(), {}], fine: {0: optional, 1: optional}},

  checkSource: {f: data.checkSource, args: ['checkSource', images], fine: {0: Object.keys(mistakes)}},
  concat: {f: data.concat, args: [[images, images]]},
  disposeViews: {f: data.disposeViews, args: [{first: tf.zeros([1]), second: tf.zeros([1])}]},
  fraction: {f: data.fraction, args: [images, 0.5, {seed: 1}], fine: {2: optional}},
  fromArrays: needed(data.fromArrays, {images: new Uint8Array(64), height: 8, width: 8}),
  fromImages: needed(data.fromImages, {length: 1, pixels: () => pixels}),
  oneView: {f: data.oneView, args: [images, {augment: views, batchSize: 2, seed: 1, epochs: 1}]},
  labelSubset: {f: data.labelSubset, args: [Int32Array.of(0, 1, 1), 2, 1]},
  readImages: {f: data.readImages, args: [images, [0], views], fine: {2: optional}},
  shuffledByClass: {f: data.shuffledByClass, args: [ints, 1, 2]},
  split: {f: data.split, args: [images, 0.5, {seed: 1}], fine: {2: optional}},
  stepsPerEpoch: {f: data.stepsPerEpoch, args: [4, 2]},
  subset: {f: data.subset, args: [images, [0, 1]]},
  twoViews: {f: data.twoViews, args: [images, {augment: views, batchSize: 2, seed: 1, epochs: 1}]},

  connect: factory(distributed.connect, {deadline: 5}),

  cifar10: needed(files.cifar10, directory),
  cifar100: needed(files.cifar100, directory),
  contactSheet: {f: files.contactSheet, args: [pixels, views, {draws: 1}], fine: {2: optional}},
  fashionMnist: factory(files.fashionMnist, {split: 'test'}),
  imageFiles: {f: files.imageFiles, args: [['nowhere.jpg'], {channels: 1}], fine: {0: ['list'], 1: optional}},
  imageFolder: {f: files.imageFolder, args: [directory.directory, {channels: 1}]},
  mnist: needed(files.mnist, directory),
  openBenchmark: {f: files.openBenchmark, args: ['dtd', directory.directory, {seed: 1}], fine: {2: optional}},
  parquet: {f: files.parquet, args: [directory.directory, {column: 'x'}], fine: {1: optional}},
  shardImages: {f: files.shardImages, args: [directory.directory, {channels: 1}]},
  webDataset: {f: files.webDataset, args: [directory.directory, {channels: 1}]},

  batchNorm: factory(layers.batchNorm, {epsilon: 1e-5}),
  checkNetworks: {f: layers.checkNetworks, args: ['checkNetworks', {encoder}], fine: {0: Object.keys(mistakes)}},
  copyWeights: {f: layers.copyWeights, args: [encoder, twin]},
  freezeLayers: {f: layers.freezeLayers, args: [encoder, []]},
  adjustNorms: {f: layers.adjustNorms, args: [encoder, {momentum: 0.9}]},
  encode: {f: layers.encode, args: [{encoder}, batch]},
  forTraining: {f: layers.forTraining, args: [encoder]},
  recordedPreparation: {f: layers.recordedPreparation, args: [encoder]},
  variablesOf: {f: layers.variablesOf, args: [{encoder}]},

  accuracy: {f: probes.accuracy, args: [ints, ints]},
  extractFeatures: {
    f: probes.extractFeatures,
    args: [encoder, images, {batchSize: 2}],
    fine: {0: ['null'], 2: optional},
  },
  knn: {f: probes.knn, args: [features, features, {k: 1}], fine: {2: optional}},
  logisticRegression: {f: probes.logisticRegression, args: [features, {l2: 1}]},
  meanPerClassAccuracy: {f: probes.meanPerClassAccuracy, args: [ints, ints]},
  nearest: {f: probes.nearest, args: [features, features, 1, {}], fine: {3: optional}},
  prepareBank: {f: probes.prepareBank, args: [features]},
  fineTune: needed(probes.fineTune, {
    encoder,
    train: images,
    test: images,
    seed: 1,
    recipe: {...probes.shortFineTune, steps: 1},
  }),
  linearProbe: {
    f: probes.linearProbe,
    args: [features, features, {seed: 1, learningRates: [1], recipe: {...probes.simclrLinear, epochs: 1}}],
  },
  onlineProbe: {f: probes.onlineProbe, args: [method, {classCount: 2}]},
  supervised: needed(probes.supervised, {encoder, classCount: 2}),
  unchanged: {f: probes.unchanged, args: [encoder]},
  perClassAccuracy: {f: probes.perClassAccuracy, args: [ints, ints]},
  predict: {f: probes.predict, args: [model, features]},
  probe: {f: probes.probe, args: [features, features, {seed: 1, l2Grid: [1]}]},
  selectRows: {f: probes.selectRows, args: [features, [0]]},
  standardise: {f: probes.standardise, args: [features]},
  averagePrecision: {f: probes.averagePrecision, args: [[1, 2], [0, 1], {form: 'area'}]},
  bootstrapInterval: {f: probes.bootstrapInterval, args: [3, () => 1, {seed: 1, samples: 2}]},
  confusionMatrix: {f: probes.confusionMatrix, args: [ints, ints, {classes: ints}], fine: {2: optional}},
  meanAveragePrecision: {f: probes.meanAveragePrecision, args: [[1, 2, 3, 4], marks, {form: 'area'}]},
  oneVsRest: {f: probes.oneVsRest, args: [features, marks, {l2: 1}]},
  perClassAveragePrecision: {f: probes.perClassAveragePrecision, args: [[1, 2, 3, 4], marks, {form: 'area'}]},
  permutationTest: {f: probes.permutationTest, args: [ints, ints, ints, {seed: 1}]},
  predictScores: {f: probes.predictScores, args: [model, features]},
  similarPairs: {f: probes.similarPairs, args: [features, 0.5, {most: 9}], fine: {2: optional}},
  sweepL2: {f: probes.sweepL2, args: [features, features, {l2Grid: [1]}], fine: {2: optional}},
  sweepOneVsRest: {f: probes.sweepOneVsRest, args: [marked, marked, {form: 'area', l2Grid: [1]}]},
  topKAccuracy: {f: probes.topKAccuracy, args: [[1, 2, 3, 4], ints, {k: 1}]},
  wilsonInterval: {f: probes.wilsonInterval, args: [1, 7, {level: 0.5}], fine: {2: optional}},
  formatTransferTable: {f: probes.formatTransferTable, args: [[cell], {width: 80}], fine: {1: optional}},
  transfer: {
    f: probes.transfer,
    args: [
      [transferTo],
      [{name: 'none', encoder: null}],
      [{name: 'none', run: async () => ({value: 0})}],
      {seeds: [1]},
    ],
    fine: {3: optional},
  },
  transferTable: {f: probes.transferTable, args: [[cell]]},

  barlowTwins: factory(losses.barlowTwins, {lambda: 0.1}),
  decoupled: factory(losses.decoupled, {temperature: 0.1}),
  infoNCE: factory(losses.infoNCE, {temperature: 0.1}),
  negativeCosine: factory(losses.negativeCosine, {}),
  ntXent: factory(losses.ntXent, {temperature: 0.1}),
  supCon: factory(losses.supCon, {temperature: 0.1}),
  'barlowTwins()': needed(losses.barlowTwins(), {z1: rows, z2: rows}),
  'decoupled()': needed(losses.decoupled(), {z1: rows, z2: rows}),
  'infoNCE()': needed(losses.infoNCE(), {z1: rows, z2: rows, negatives: rows}),
  'negativeCosine()': needed(losses.negativeCosine(), {z1: rows, z2: rows}),
  'ntXent()': needed(losses.ntXent(), {z1: rows, z2: rows}),
  'supCon()': needed(losses.supCon(), {z1: rows, z2: rows, labels: classes}),
  embeddingSpread: {f: losses.embeddingSpread, args: [rows]},
  l2Normalize: {f: losses.l2Normalize, args: [rows]},
  stopGradient: {f: losses.stopGradient, args: [rows]},
  checkLoss: {f: lossTests.checkLoss, args: [losses.ntXent(), {viewSwapInvariant: true}], fine: {1: optional}},

  moco: needed(mocos.moco, {encoder, head, queueSize: 8}),
  mocoV1: needed(mocos.mocoV1, {encoder, head, queueSize: 8}),
  mocoV2: needed(mocos.mocoV2, {encoder, head, queueSize: 8}),
  copyNetwork: {f: queues.copyNetwork, args: [encoder]},
  cosineMomentum: needed(queues.cosineMomentum, {steps: 10}),
  createQueue: needed(queues.createQueue, {size: 8, dim: 4}),
  updateMomentum: {f: queues.updateMomentum, args: [twin, encoder, 0.9]},

  adamw: {f: optim.adamw, args: [parameters, {weightDecay: 0}], fine: {1: optional}},
  lars: {f: optim.lars, args: [parameters, {weightDecay: 0}], fine: {1: optional}},
  sgd: {f: optim.sgd, args: [parameters, {weightDecay: 0}], fine: {1: optional}},
  cosine: needed(optim.cosine, {base: 1, steps: 3}),
  linearScaling: {f: optim.linearScaling, args: [0.3, 256], fine: {0: ['number']}},
  multistep: needed(optim.multistep, {base: 1, milestones: [1]}),
  perEpoch: {f: optim.perEpoch, args: [(epoch: number) => epoch, 3], fine: {0: ['function that gives it']}},
  squareRootScaling: {f: optim.squareRootScaling, args: [0.3, 256], fine: {0: ['number']}},
  warmupCosine: needed(optim.warmupCosine, {base: 1, steps: 3, warmupSteps: 1}),

  mocoV1Head: ofEncoder(heads.mocoV1Head),
  mocoV2Head: ofEncoder(heads.mocoV2Head),
  projectionHead: needed(heads.projectionHead, {inputDim: 4, outputDim: 2, hiddenDims: []}),
  simclrHead: ofEncoder(heads.simclrHead),
  resnet: needed(resnets.resnet, {depths: [1], width: 2, inputShape: [8, 8, 1]}),
  resnet18: factory(resnets.resnet18, {width: 2, inputShape: [8, 8, 1]}),
  openSafetensors: {f: tensorFiles.openSafetensors, args: [join(out, 'nowhere.safetensors')]},
  parseHeader: {f: safetensors.parseHeader, args: [emptyFile, 10], fine: {1: optional}},
  readSafetensors: {f: safetensors.readSafetensors, args: [emptyFile]},
  saveSafetensors: {
    f: tensorFiles.saveSafetensors,
    args: [join(out, 'w.safetensors'), weightsToWrite, {metadata: {}}],
    fine: {2: optional},
  },
  writeSafetensors: {f: safetensors.writeSafetensors, args: [weightsToWrite, {metadata: {}}], fine: {1: optional}},
  collectReport: {f: reports.collectReport, args: [[{folder: join(out, 'nowhere')}], {seed: 1}], fine: {1: optional}},
  drawReport: {f: reports.drawReport, args: [{format: 1, title: '', made: '', runs: [], galleries: []}]},
  writeReport: {
    f: reports.writeReport,
    args: [[{folder: join(out, 'nowhere')}], join(out, 'report.html'), {seed: 1}],
    fine: {2: optional},
  },
  simclr: needed(simclrs.simclr, {encoder, head, loss: losses.ntXent()}),

  train: {
    f: async (...[options]) => trains.train(options).next(),
    args: [
      {
        method,
        optimizer,
        views: data.twoViews(images, {augment: views, batchSize: 2, seed: 1, epochs: 1}),
        learningRate: 0,
      },
    ],
  },
  jsonlWriter: {
    f: (path: string, options: object) => {
      logs.jsonlWriter(path, options).close();
    },
    args: [join(out, 'log.jsonl'), {from: 1}],
    fine: {1: optional},
  },
  tensorBoardWriter: {
    f: (folder: string, options: object) => {
      logs.tensorBoardWriter(folder, options).close();
    },
    args: [join(out, 'board'), {from: 1}],
    fine: {1: optional},
  },
  latestCheckpoint: {f: logs.latestCheckpoint, args: [join(out, 'checkpoints')]},
  loadCheckpoint: {
    f: logs.loadCheckpoint,
    args: [join(out, 'nowhere'), {method, optimizer, acceptChanges: true}],
    fine: {1: optional},
  },
  openRun: {
    f: async (folder: string, options: logs.RunOptions) => (await logs.openRun(folder, options)).close(),
    args: [join(out, 'run'), {method, optimizer}],
  },
  saveCheckpoint: {
    f: logs.saveCheckpoint,
    args: [join(out, 'checkpoints'), {method, optimizer, record: {step: 0, loss: 1, learningRate: 1}}],
  },
  cut: {f: weights.cut, args: [encoder, 'fc', {pool: 'none'}], fine: {2: optional}},
  encoderFrom: {f: weights.encoderFrom, args: [noTensors, {prefix: '', size: 96}], fine: {1: optional}},
  toSafetensors: {f: weights.toSafetensors, args: [encoder, {metadata: {}}], fine: {1: optional}},
  toOnnx: {f: weights.toOnnx, args: [encoder, {dtype: 'fp16'}], fine: {1: optional}},
  importEncoder: {f: weightFiles.importEncoder, args: [join(out, 'nowhere.pth'), {prefix: ''}], fine: {1: optional}},
  openTorch: {f: weightFiles.openTorch, args: [join(out, 'nowhere.pth')]},
  readTorch: {f: weights.readTorch, args: [emptyFile]},
  checkExport: {f: weightFiles.checkExport, args: [join(out, 'encoder'), {overwrite: true}], fine: {1: optional}},
  exportEncoder: {
    f: weightFiles.exportEncoder,
    args: [encoder, join(out, 'encoder'), {overwrite: true}],
    fine: {2: optional},
  },
  loadEncoder: {f: weightFiles.loadEncoder, args: [join(out, 'nowhere')]},
};

/** What a call throws, now or later; undefined where it does not. */
async function errorOf({f}: Called, args: readonly unknown[]): Promise<unknown> {
  try {
    await (f as (...all: readonly unknown[]) => unknown)(...args);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The arguments with another in one place. */
const having = (args: readonly unknown[], place: number, value: unknown): unknown[] =>
  args.map((one, i) => (i === place ? value : one));

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What is wrong with what a mistake came to: the message names function, what was expected, what came, what to do. */
function wrong(name: string, error: unknown, mistake: string): string | undefined {
  if (error === undefined) return 'no error';
  if (!(error instanceof Error)) return 'no Error';
  const {message} = error;
  if (!message.startsWith(`${name.replace('()', '')}: expected `)) return `another message: ${message}`;
  if (!/, (?:got|found) /.test(message)) return `nothing of what came: ${message}`;
  // Nobody waits for a record of networks or views: it is made where it is given.
  const made = ['disposeViews', 'checkNetworks', 'encode', 'variablesOf'].includes(name);
  if (mistake === 'promise' && !made && !message.endsWith('await it.')) return `nothing of await: ${message}`;
  return message.includes('undefined (reading') ? `from inside: ${message}` : undefined;
}

describe.each(Object.entries(calls))('%s', (name, called) => {
  const {args, fine = {}} = called;

  test('names itself, what came and what to do, whatever it is given in the place of an argument', async () => {
    const found: string[] = [];
    for (const [place, good] of args.entries()) {
      for (const [mistake, make] of Object.entries(mistakes)) {
        if (fine[place]?.includes(mistake) || (typeof good === 'string' && mistake === 'text')) continue;
        const error = await errorOf(called, having(args, place, make(good)));
        const reason = wrong(name, error, mistake);
        if (reason !== undefined) found.push(`argument ${place}, ${mistake}: ${reason}`);
      }
    }
    expect(found).toEqual([]);
  });
});

/**
 * Options, whose keys are known: not a batch, networks, what a loss compares, features, a source, a method, parameters.
 */
const records = Object.entries(calls).flatMap(([name, called]) => {
  const others =
    ['checkNetworks', 'disposeViews', 'drawReport', 'encode', 'variablesOf'].includes(name) || name.endsWith('()');
  const places = called.args.flatMap((one, place) => {
    const contract = [features, marked, marks, model, images, method, parameters, pixels, views, noTensors].includes(
      one as never,
    );
    return isRecord(one) && !others && !contract ? [place] : [];
  });
  return places.length > 0 ? [{name, called, places}] : [];
});

test.each(records)('$name names a key that it does not know', async ({name, called, places}) => {
  for (const place of places) {
    const given = having(called.args, place, {...(called.args[place] as object), misspelt: 1});
    const error = await errorOf(called, given);
    const message = error instanceof Error ? error.message : 'no error';
    // A normalisation is a value with its own rule.
    const value = ['normalize', 'toImages'].includes(name);
    expect(message).toMatch(value ? /: expected .*got .*misspelt/ : /: expected options among .*got misspelt/);
  }
});

test('every public function is here, or is one that takes what another made', () => {
  const all = [
    augment,
    backend,
    data,
    distributed,
    files,
    layers,
    probes,
    losses,
    lossTests,
    mocos,
    queues,
    optim,
    heads,
    resnets,
    safetensors,
    tensorFiles,
    simclrs,
    trains,
    logs,
    weights,
    weightFiles,
    reports,
  ].flatMap(module => Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])));
  const others = [
    'createRandom', // integers, checked in the tests of augment
    'recipeOf', // undefined for what has none
    'examine',
    'letFirstTell',
    'rankAtLaunch', // take nothing
    'RunStopped',
    'SetUpError',
    'checkPreparation',
    'checkViews',
    'recordPreparation',
    'namedWeights',
    'pairWeights',
    'samePreparation',
    'seedFor',
    'requireBackend',
    'fixStatisticsAlike',
    'freezeAlike',
    'toStockTopology',
    'watchFeatures', // for own methods
    'asSource',
    'numbersIn',
    'openFile',
    'toFloat32', // of what was checked
    'checkSaved',
    'restoreVariables',
    'exceptNorm',
    'exceptNormAndBias',
    'resnet34',
    'resnet50',
    'resnet101',
    'resnet152', // as resnet18
  ];
  expect([...new Set(all)].filter(name => !(name in calls) && !others.includes(name))).toEqual([]);
});

test('a backend that nobody took is told by what would be the first to need it', async () => {
  const engine: {registryFactory: object} = tf.engine();
  const {registryFactory} = engine;
  engine.registryFactory = {};
  try {
    const first = ['resnet', 'projectionHead', 'loadEncoder', 'extractFeatures', 'createQueue', 'knn', 'nearest'];
    const later = ['similarPairs', 'probe', 'logisticRegression', 'predict', 'predictScores', 'sweepL2'];
    for (const name of [...first, ...later, 'oneVsRest', 'sweepOneVsRest', 'toImages']) {
      const error = await errorOf(calls[name], calls[name].args);
      expect(error).toMatchObject({
        message: `${name}: expected a backend of TensorFlow.js, got none; await useBackend() first.`,
      });
    }
  } finally {
    engine.registryFactory = registryFactory;
  }
});
