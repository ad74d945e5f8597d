import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test, vi} from 'vitest';
import {train, type StepRecord, type TrainOptions} from '../src/index.js';
import {batches, collect, oracle, setUp, tinyMethod, type Hooks, type Log} from './tiny.js';

/** A few steps in float32 against the same in float64. */
const float32 = {rtol: 1e-5, atol: 1e-6};

const rate = (step: number): number => 0.1 + 0.05 * step;

/** Runs the tiny method for `steps` steps; everything is freed after. */
async function run(steps: number, options: Partial<TrainOptions> = {}, hooks: Hooks = {}) {
  const {method, optimizer, free} = setUp(hooks);
  const result = await collect(
    train({method, optimizer, views: batches(options.startStep ?? 0, steps), learningRate: rate, steps, ...options}),
  );
  const weights = Array.from(method.w.dataSync());
  free();
  return {...result, weights};
}

describe('a run', () => {
  test('does what plain arithmetic does', async () => {
    const {records, weights, error} = await run(4);
    const expected = oracle(4, rate);
    expect(error).toBeUndefined();
    expect(records.map(({step}) => step)).toEqual([0, 1, 2, 3]);
    expect(records.map(({learningRate}) => learningRate)).toEqual([0, 1, 2, 3].map(rate));
    expect(records.map(({loss}) => loss)).toBeAllclose(expected.losses, float32);
    expect(weights).toBeAllclose(expected.weights, float32);
  });

  test('calls the method in the promised order', async () => {
    const calls: string[] = [];
    await run(
      2,
      {metricsEvery: 1},
      {onCall: (name, step) => calls.push(step === undefined ? name : `${name} ${step}`)},
    );
    expect(calls).toEqual([0, 1].flatMap(step => [`targets ${step}`, 'project', 'loss', 'metrics', `update ${step}`]));
  });

  test('gives the same records whether read one by one or in groups', async () => {
    const one = await run(5, {metricsEvery: 2});
    const grouped = await run(5, {metricsEvery: 2, readEvery: 3});
    expect(grouped).toEqual(one);
  });

  test('is the same each time', async () => {
    expect(await run(3)).toEqual(await run(3));
  });

  test('has metrics of every n-th step, before its update', async () => {
    const {records} = await run(3, {metricsEvery: 2});
    expect(records.map(({metrics}) => metrics && Object.keys(metrics))).toEqual([
      ['first', 'keys'],
      undefined,
      ['first', 'keys'],
    ]);
    const method = tinyMethod();
    const [views] = [(await batches(0, 1).next()).value];
    if (!views) throw new Error('no batch');
    const keys = tf.tidy(() => tf.mean(method.targets(views, {step: 0, seed: 0}).keys).dataSync()[0]);
    expect(records[0].metrics?.keys).toBeAllclose(keys, float32);
    tf.dispose([views.first, views.second]);
    method.dispose();
  });

  test('resumes at a later step as if never stopped', async () => {
    const straight = await run(5);
    const {method, optimizer, free} = setUp();
    const options = {method, optimizer, learningRate: rate};
    const before = await collect(train({...options, views: batches(0, 2), steps: 2}));
    const after = await collect(train({...options, views: batches(2, 5), steps: 5, startStep: 2}));
    expect([...before.records, ...after.records]).toEqual(straight.records);
    expect(Array.from(method.w.dataSync())).toEqual(straight.weights);
    free();
  });

  test('ends with the views where nobody says how many steps, unread records first', async () => {
    const {method, optimizer, free} = setUp();
    const options = {method, optimizer, learningRate: rate, readEvery: 2};
    const straight = await run(5);
    const before = await collect(train({...options, views: batches(0, 3)}));
    const views = Object.assign(batches(3, 5), {startStep: 3});
    const after = await collect(train({...options, views}));
    expect([...before.records, ...after.records]).toEqual(straight.records);
    free();
  });

  test('of no steps ends at once', async () => {
    expect((await run(2, {startStep: 2})).records).toEqual([]);
  });

  test('lets timers run between steps', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await run(40);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });
});

describe('stopping', () => {
  test('leaving the loop closes the views and keeps what was trained', async () => {
    const {method, optimizer, free} = setUp();
    const log: Log = {pulled: 0, closed: false};
    for await (const {step} of train({method, optimizer, views: batches(0, 9, log), learningRate: rate, steps: 9}))
      if (step === 1) break;
    expect(log).toEqual({pulled: 2, closed: true});
    expect(method.w).toBeAllclose(oracle(2, rate).weights, float32);
    free();
  });

  test.each([1, 4])('an abort ends it between two steps, finished records first (readEvery %s)', async readEvery => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const hooks = {
      onCall: (name: string, step?: number) => {
        if (name === 'update' && step === 1) abort.abort(reason);
      },
    };
    const {records, error} = await run(9, {signal: abort.signal, readEvery}, hooks);
    expect(records.map(({step}) => step)).toEqual([0, 1]);
    expect(error).toBe(reason);
  });

  test('an abort before the start runs nothing', async () => {
    const {records, error} = await run(3, {signal: AbortSignal.abort()});
    expect(records).toEqual([]);
    expect(error).toMatchObject({name: 'AbortError'});
  });

  test('too few views say how many are missing', async () => {
    const {records, error} = await run(3, {views: batches(0, 2), readEvery: 5});
    expect(records.map(({step}) => step)).toEqual([0, 1]);
    expect(String(error)).toContain('expected views for steps 0 to 2, got 2 batches; give more epochs of views');
  });
});

describe('a loss that is not finite', () => {
  const breakAt = (step: number): Hooks => {
    let calls = -1;
    return {
      onCall: name => (calls += name === 'loss' ? 1 : 0),
      loss: loss => (calls === step ? tf.div<tf.Scalar>(loss, 0) : loss),
    };
  };

  test('stops the run before the weights change', async () => {
    const {records, error, weights} = await run(4, {}, breakAt(2));
    expect(records.length).toBe(2);
    expect(String(error)).toMatch(
      /expected a finite loss of step 2, got Infinity; the trained weights are those before this step; its images were 6, 7, 8 \(all in the error's images\); lower the learning rate/,
    );
    expect(weights).toBeAllclose(oracle(2, rate).weights, float32);
  });

  test('says that the statistics of BatchNorm have moved, where there are some', async () => {
    const {method, optimizer, free} = setUp({loss: loss => tf.div(loss, 0)});
    const state = () => ({...method.state(), 'encoder/norm/moving_mean': method.w});
    const views = batches(0, 1);
    const {error} = await collect(train({method: {...method, state}, optimizer, views, learningRate: rate}));
    expect(String(error)).toMatch(/those before this step; BatchNorm's running statistics have moved; its images/);
    free();
  });

  test('is found at the end of its group, after the good records', async () => {
    const {records, error} = await run(4, {readEvery: 4}, breakAt(2));
    expect(records.map(({step}) => step)).toEqual([0, 1]);
    expect(String(error)).toContain('a finite loss of step 2, got Infinity; weights since then are lost');
  });
});

describe('no tensor is left', () => {
  const failing = (at: string): Hooks => ({
    onCall: name => {
      if (name === at) throw new Error(`broken ${at}`);
    },
  });
  const abort = new AbortController();
  abort.abort();
  test.each<[string, Partial<TrainOptions>, Hooks]>([
    ['a full run', {}, {}],
    ['groups and metrics', {readEvery: 2, metricsEvery: 1}, {}],
    ['an abort', {signal: abort.signal}, {}],
    ['views that end', {steps: 9, readEvery: 4, metricsEvery: 1}, {}],
    ['a bad learning rate', {learningRate: () => NaN}, {}],
    ['an infinite loss', {}, {loss: loss => tf.div(loss, 0)}],
    ['an infinite loss in a group', {readEvery: 3, metricsEvery: 1}, {loss: loss => tf.div(loss, 0)}],
    ['a throw in targets', {}, failing('targets')],
    ['a throw in loss', {metricsEvery: 1}, failing('loss')],
    ['a throw in project', {}, {project: z => tf.slice(tf.relu(z), 99)}],
    ['a throw in metrics', {metricsEvery: 1}, failing('metrics')],
    ['a throw in update', {metricsEvery: 1}, failing('update')],
  ])('after %s', async (_, options, hooks) => {
    await expectNoLeaks(() => run(3, options, hooks), 2);
  });

  test('after leaving the loop, with losses unread', async () => {
    await expectNoLeaks(async () => {
      const {method, optimizer, free} = setUp();
      for await (const {step} of train({
        method,
        optimizer,
        views: batches(0, 9),
        learningRate: rate,
        steps: 9,
        readEvery: 2,
      }))
        if (step === 2) break;
      free();
    }, 2);
  });
});

test('gradients work after a throw inside the tape', async () => {
  const {error} = await run(2, {}, {project: z => tf.slice(tf.relu(z), 99)});
  expect(error).toBeInstanceOf(Error);
  expect((await run(2)).records.length).toBe(2);
});

test.each([
  ['a number', () => 0.5, 'as loss, got 0.5; give the tensor itself.'],
  ['a promise', async () => tf.scalar(1), 'as loss, got a Promise; give the tensor itself.'],
  ['a function', () => () => tf.scalar(1), 'got a function; call what makes the loss, as ntXent().'],
  ['nothing', () => undefined, 'got undefined'],
])('a loss that gives %s is refused, and nothing is left', async (_name, loss, message) => {
  const quiet = vi.spyOn(console, 'error').mockReturnValue(); // tf.tidy says its own of a promise
  await expectNoLeaks(async () => {
    const {error} = await run(1, {}, {loss: value => tf.tidy(() => (tf.square(value), loss() as never))});
    expect(String(error)).toContain(`train: expected a float32 scalar, a tensor, `);
    expect(String(error)).toContain(message);
  }, 2);
  quiet.mockRestore();
});

test('an optimiser of another method is refused', () => {
  const [one, other] = [setUp(), setUp()];
  const options = {views: batches(0, 1), learningRate: 0.1, steps: 1};
  expect(() => train({...options, method: one.method, optimizer: other.optimizer})).toThrow(
    "train: expected an optimiser made for the method's parameters, got one that has another encoder/w; make it by",
  );
  const more = {...one.method, parameters: {...one.method.parameters, 'head/w': other.method.w}};
  expect(() => train({...options, method: more, optimizer: one.optimizer})).toThrow('that does not have head/w');
  for (const {free} of [one, other]) free();
});

test('an error of the views comes beside a loss that was not finite before', async () => {
  const gone = new Error('disk gone');
  async function* failing() {
    yield* batches(0, 1);
    throw gone;
  }
  const broken = {loss: (loss: tf.Scalar) => tf.div<tf.Scalar>(loss, 0)};
  const {error} = await run(3, {views: failing(), readEvery: 9}, broken);
  expect(String(error)).toContain('a finite loss of step 0, got Infinity');
  expect((error as Error).cause).toBe(gone);
  const abort = new AbortController();
  async function* aborting() {
    yield* batches(0, 1);
    abort.abort(gone);
    yield* batches(1, 2);
  }
  // also beside an abort: who stops a run must learn that it had gone wrong
  const aborted = await run(3, {views: aborting(), readEvery: 9, signal: abort.signal}, broken);
  expect(String(aborted.error)).toContain('a finite loss of step 0, got Infinity');
  expect((aborted.error as Error).cause).toBe(gone);
});

test('a parameter outside the loss is named', async () => {
  const {method, optimizer, free} = setUp();
  const idle = tf.tidy(() => tf.variable(tf.ones([2])));
  const parameters = {...method.parameters, 'head/idle': idle};
  const own = {...optimizer, parameters: undefined}; // an optimiser need not say what it changes
  const {error} = await collect(
    train({method: {...method, parameters}, optimizer: own, views: batches(0, 1), learningRate: 0.1, steps: 1}),
  );
  expect(String(error)).toContain('expected a loss that depends on head/idle, got one that does not');
  idle.dispose();
  free();
});

describe('refuses at once', () => {
  const cases: [string, Partial<TrainOptions>, string][] = [
    ['negative steps', {steps: -1}, 'train: expected an integer from 0 on as steps, got -1.'],
    ['half a step', {startStep: 0.5}, 'train: expected an integer from 0 on as startStep, got 0.5.'],
    ['a start behind the end', {steps: 3, startStep: 4}, 'expected startStep to lie within the 3 steps, got 4'],
    ['reads every 0 steps', {readEvery: 0}, 'train: expected an integer from 1 on as readEvery, got 0.'],
    [
      'NaN as learning rate',
      {learningRate: NaN},
      'expected a number from 0 on, or a function of the step as learningRate, got NaN.',
    ],
    ['a misspelt option', {micobatch: 4} as never, 'got micobatch; did you mean microBatch?'],
    ['an option of others', {momentum: 0.9} as never, 'got momentum; leave it out.'],
    ['rate as text', {learningRate: '0.1' as never}, "as learningRate, got '0.1'."],
    ['an optimiser of TensorFlow.js', {optimizer: tf.train.sgd(0.1) as never}, 'make one by sgd(method.parameters).'],
    ['a controller', {signal: new AbortController() as never}, 'as signal, got an AbortController; give the signal of'],
    [
      'another start than the views have',
      {views: Object.assign(batches(5, 6), {startStep: 5}), startStep: 0, steps: 9},
      'train: expected 5, the step at which the views begin, as startStep, got 0; leave it out',
    ],
    ['no optimiser', {optimizer: undefined}, 'an optimiser of @contrastive/optim as optimizer, got undefined'],
    ['batches in a list', {views: [] as never}, 'an async iterable of batches as views, got []; make one by twoViews'],
    ['a promise', {views: Promise.resolve() as never}, 'of batches as views, got a Promise; await it.'],
    ['no method', {method: {parameters: {}} as never}, 'make one by simclr({…}) or moco({…}).'],
    ['a short name', {lr: 0.1} as never, 'got lr; did you mean learningRate?'],
    ['steps as text', {steps: '3' as never}, "train: expected an integer from 0 on as steps, got '3'."],
  ];
  test.each(cases)('%s', (_, options, message) => {
    const {method, optimizer, free} = setUp();
    expect(() => train({method, optimizer, views: batches(0, 1), learningRate: 0.1, steps: 1, ...options})).toThrow(
      message,
    );
    free();
  });

  test('a method without parameters, or with one twice', () => {
    const {method, optimizer, free} = setUp();
    const options = {optimizer, views: batches(0, 1), learningRate: 0.1, steps: 1};
    expect(() => train({...options, method: {...method, parameters: {}}})).toThrow('expected parameters to train');
    expect(() => train({...options, method: {...method, parameters: {a: method.w, b: method.w}}})).toThrow(
      'expected each variable once',
    );
    free();
  });
});

test('a record is plain data', async () => {
  const {records} = await run(1, {metricsEvery: 1});
  const [record]: StepRecord[] = JSON.parse(JSON.stringify(records)) as StepRecord[];
  expect(record).toEqual(records[0]);
  expect(Object.keys(record)).toEqual(['step', 'loss', 'learningRate', 'gradientNorm', 'metrics']);
});
