import {expect, test} from 'vitest';
import {findPython} from '../src/find-python.js';
import {half, moco} from '../src/notes.js';
import {parseOptions} from '../src/options.js';
import {stepsOf} from '../src/profile/run.js';
import {rows, selectRows} from '../src/rows.js';
import {logistic10k, logisticSweep, neighbours60k} from '../src/probe-settings.js';
import {mocoR18Cifar, r18Cifar, r18Half, r18Views, tiny, viewsCifar, viewsJpeg} from '../src/settings.js';

test('names, file and repeats are read', () => {
  expect(parseOptions([])).toEqual({names: [], repeats: 7, quick: false, profile: false});
  expect(parseOptions(['step', '--json', 'b.json', '--repeats=3'])).toEqual({
    names: ['step'],
    json: 'b.json',
    repeats: 3,
    quick: false,
    profile: false,
  });
  expect(parseOptions(['--quick', '--profile'])).toMatchObject({repeats: 1, quick: true, profile: true});
});

test('arguments that make no sense are refused', () => {
  expect(() => parseOptions(['--jsn', 'x'])).toThrow(
    /--json …, --repeats …, --quick, --profile .* got --jsn x; Unknown option/,
  );
  expect(() => parseOptions(['--repeats', '0'])).toThrow("bench: expected an integer from 1 on as --repeats, got '0'");
  expect(() => parseOptions(['--repeats', 'many'])).toThrow("got 'many'");
  expect(() => parseOptions(['--json='])).toThrow("bench: expected a file as --json, got ''");
});

test('rows go by their name and by their groups; those that explain others run only when named', () => {
  const named = (...names: string[]): string[] => selectRows(names).map(row => `${row.name} ${row.peer}`);
  expect(named('step')).toEqual([
    'simclr-step-r18-cifar pytorch-channels-last',
    'simclr-step-r18-cifar pytorch-bf16',
    'simclr-step-r18-cifar tfjs-stock',
    'simclr-step-quickstart pytorch-channels-last',
    'simclr-step-r50-224 pytorch-channels-last',
    'moco-step-r18-cifar pytorch-channels-last',
  ]);
  expect(named()).toEqual(named('step'));
  expect(named('memory')).toEqual([
    'moco-step-r18-cifar pytorch-channels-last',
    'simclr-step-r18-half pytorch-channels-last',
  ]);
  expect(named('views')).toEqual([
    'views-cifar-32 torchvision-pil',
    'views-jpeg-224 torchvision-pil',
    'step-with-views-r18-cifar fixed-views',
  ]);
  expect(named('large')).toEqual(['simclr-1024 small-batches', 'moco-1024 small-batches']);
  expect(named('probe')).toEqual([
    'logistic-10k-512 scikit-learn',
    'logistic-sweep-45 scikit-learn',
    'knn-60k pytorch',
  ]);
  expect(named('step', 'memory', 'large', 'views', 'probe')).toHaveLength(rows.length);
  expect(named('simclr-step-quickstart')).toHaveLength(1);
  expect(() => selectRows(['stpe'])).toThrow(
    'bench: expected rows or groups among step, memory, large, views, probe, simclr-step-r18-cifar, ' +
      'simclr-step-quickstart, simclr-step-r50-224, moco-step-r18-cifar, simclr-step-r18-half, ',
  );
});

test('a profile is of training steps, each once', () => {
  expect(stepsOf(selectRows(['step'])).map(({name}) => name)).toEqual([
    'simclr-step-r18-cifar',
    'simclr-step-quickstart',
    'simclr-step-r50-224',
    'moco-step-r18-cifar',
  ]);
  expect(() => stepsOf(selectRows(['views-cifar-32']))).toThrow(
    'bench: expected rows of training steps with --profile, got views-cifar-32; try step --profile.',
  );
});

test('the tiny step keeps what makes it that step', () => {
  expect(tiny(r18Cifar)).toMatchObject({
    method: 'simclr',
    depths: [1, 1, 1, 1],
    channels: 3,
    size: 32,
    temperature: 0.5,
  });
  const {queueSize, pairs, ...rest} = tiny(mocoR18Cifar);
  expect(rest).toMatchObject({method: 'moco', temperature: 0.2, keyMomentum: 0.99});
  expect(queueSize % pairs).toBe(0);
});

test('tiny views keep their policy and size, and fill a batch', () => {
  const {images, batchSize} = tiny(viewsJpeg);
  expect(tiny(viewsJpeg)).toMatchObject({from: 'files', height: 375, width: 500, size: 224, strength: 1, blur: true});
  expect(batchSize).toBeLessThanOrEqual(images);
  const {pairs, views} = tiny(r18Views);
  expect(views?.batchSize).toBe(pairs);
  expect(views?.images).toBeGreaterThanOrEqual(pairs);
});

test('tiny probes keep what they measure; the sweep is of the fit beside it', () => {
  expect(tiny(neighbours60k)).toMatchObject({method: 'neighbours', temperature: 0.1, standardised: false});
  expect(tiny(logisticSweep).l2Grid).toHaveLength(3);
  expect({...logisticSweep, l2Grid: undefined}).toEqual({...logistic10k, l2Grid: undefined});
});

test('a turn of views is every image as often as the others, and a step is given as many views as its pairs', () => {
  for (const {images, batchSize, batches} of [viewsCifar, viewsJpeg]) expect((batches * batchSize) % images).toBe(0);
  expect(r18Views.views?.batchSize).toBe(r18Views.pairs);
});

test('the rows whose memory is compared have as many images with a gradient', () => {
  expect(2 * r18Half.pairs).toBe(mocoR18Cifar.pairs);
  expect(rows.map(row => row.name)).toEqual(expect.arrayContaining([moco, half]));
});

test('a Python that is not there is no failure', async () => {
  expect(await findPython({...process.env, CONTRASTIVE_PYTHON: 'no-such-python'})).toEqual({
    reason: 'no-such-python: there is no such program; pip install torch, and set CONTRASTIVE_PYTHON to that Python',
  });
});
