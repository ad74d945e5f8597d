import {fromArrays, type Source} from '@contrastive/data';
import {describe, expect, test} from 'vitest';
import {
  transfer,
  type TransferCell,
  type TransferDataSet,
  type TransferOptions,
  type TransferProtocol,
} from '../src/transfer/index.js';

const source = (length: number): Source =>
  fromArrays({images: new Uint8Array(length), height: 1, width: 1, labels: new Uint8Array(length)});

const dataSets: readonly TransferDataSet[] = [
  {name: 'dtd', train: source(4), validation: source(2), test: source(3), metric: 'accuracy'},
  {name: 'pets', train: source(5), test: source(2), metric: 'meanPerClassAccuracy'},
];
const starts = [
  {name: 'simclr', encoder: 0.5},
  {name: 'random', encoder: 0.25},
];

/** A protocol that gives what the encoder is, and what it was called with. */
function toy(name = 'linear', settings?: object): TransferProtocol<number> & {readonly calls: string[]} {
  const calls: string[] = [];
  return {
    name,
    ...(settings && {settings}),
    calls,
    run: async (encoder, {name: dataSet}, {seed}) => {
      calls.push(`${dataSet} ${encoder} ${seed}`);
      return {value: encoder, seconds: 2, details: {seed}};
    },
  };
}

const named = ({dataSet, start, protocol, seed}: TransferCell) => `${dataSet} ${start} ${protocol} ${seed}`;

/** Runs `transfer` and keeps what it gives to `onCell`. */
async function run(
  protocols: readonly TransferProtocol<number>[],
  options: TransferOptions = {},
  sets: readonly TransferDataSet[] = dataSets,
) {
  const kept: TransferCell[] = [];
  const progress: string[] = [];
  const cells = transfer(sets, starts, protocols, {
    onCell: (cell, {done, total}) => {
      kept.push(cell);
      progress.push(`${done}/${total}`);
    },
    ...options,
  });
  const error = await cells.then(
    () => undefined,
    (cause: unknown) => cause as Error,
  );
  return {cells: error ? [] : await cells, kept, progress, error};
}

/** As a file keeps it. */
const reread = (cells: readonly TransferCell[]) => JSON.parse(JSON.stringify(cells)) as readonly TransferCell[];

test('measures each start by each protocol with each seed, data set by data set', async () => {
  const [linear, tuned] = [toy('linear'), toy('fineTune', {steps: 10})];
  const {cells, kept, progress} = await run([linear, tuned], {seeds: [1, 2]});
  expect(cells.map(named)).toEqual(
    ['dtd', 'pets'].flatMap(set =>
      ['simclr', 'random'].flatMap(start =>
        ['linear', 'fineTune'].flatMap(protocol => [1, 2].map(seed => `${set} ${start} ${protocol} ${seed}`)),
      ),
    ),
  );
  expect(kept).toEqual(cells);
  expect([progress[0], progress[15]]).toEqual(['1/16', '16/16']);
  expect(linear.calls.slice(0, 4)).toEqual(['dtd 0.5 1', 'dtd 0.5 2', 'dtd 0.25 1', 'dtd 0.25 2']);
  expect(cells[0]).toEqual({
    dataSet: 'dtd',
    start: 'simclr',
    protocol: 'linear',
    seed: 1,
    digest: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    metric: 'accuracy',
    value: 0.5,
    seconds: 2,
    sizes: {train: 4, validation: 2, test: 3},
    details: {seed: 1},
  });
  expect(cells[8].sizes).toEqual({train: 5, test: 2});
  expect(reread(cells)).toEqual(cells);
});

test('protocols get the data set with all that is in it, and the signal', async () => {
  const labelMatrices = {train: 'a matrix'};
  const set = {...dataSets[0], labelMatrices};
  const {signal} = new AbortController();
  let given: unknown;
  await transfer(
    [set],
    [{name: 'none', encoder: null}],
    [
      {
        name: 'look',
        run: async (encoder, dataSet, context) => {
          given = [encoder, dataSet.labelMatrices, context];
          return {value: 1};
        },
      },
    ],
    {signal},
  );
  expect(given).toEqual([null, labelMatrices, {seed: 1, signal}]);
});

test('measures the time where a protocol does not', async () => {
  const slow: TransferProtocol<number> = {
    name: 'slow',
    run: async () => {
      await new Promise(resolve => setTimeout(resolve, 30));
      return {value: 0};
    },
  };
  const {cells} = await run([slow], {}, dataSets.slice(0, 1));
  expect(cells[0].seconds).toBeGreaterThan(0.025);
  expect(cells[0].seconds).toBeLessThan(20);
});

describe('going on', () => {
  test('finished cells are not measured again, in whatever order they come', async () => {
    const first = await run([toy()]);
    const linear = toy();
    const finished = reread(first.cells)
      .filter((_, i) => i !== 1)
      .reverse();
    const {cells, kept, progress} = await run([linear], {finished});
    expect(linear.calls).toEqual(['dtd 0.25 1']);
    expect(progress).toEqual(['4/4']);
    expect(kept).toEqual([first.cells[1]]);
    expect(cells).toEqual(first.cells);
  });

  test('other settings, images, starts and seeds are measured anew', async () => {
    const {cells: finished} = await run([toy('linear', {steps: 10, grid: [1, 2]})]);
    const again = async (protocol: ReturnType<typeof toy>, options = {}, sets = dataSets) => {
      await run([protocol], {finished, ...options}, sets);
      return protocol.calls.length;
    };
    expect(await again(toy('linear', {grid: [1, 2], steps: 10}))).toBe(0); // the order of keys says nothing
    expect(await again(toy('linear', {grid: Float32Array.of(1, 2), steps: 10, other: undefined}))).toBe(0);
    expect(await again(toy('linear', {grid: [2, 1], steps: 10}))).toBe(4);
    expect(await again(toy('linear', {grid: [1, 2], steps: 11}))).toBe(4);
    expect(await again(toy('logistic', {grid: [1, 2], steps: 10}))).toBe(4);
    const same = {steps: 10, grid: [1, 2]};
    expect(await again(toy('linear', same), {seeds: [1, 2]})).toBe(4);
    const [dtd, pets] = dataSets;
    expect(await again(toy('linear', same), {}, [{...dtd, test: source(4)}, pets])).toBe(2);
    expect(await again(toy('linear', same), {}, [dtd, {...pets, about: {seed: 3}}])).toBe(2);
    // JSON writes all three as null.
    const {cells: unbounded} = await run([toy('linear', {most: Infinity})]);
    const measured = async (most: number | null): Promise<number> => {
      const protocol = toy('linear', {most});
      await run([protocol], {finished: unbounded});
      return protocol.calls.length;
    };
    expect([await measured(Infinity), await measured(NaN), await measured(null)]).toEqual([0, 4, 4]);
    const linear = toy('linear', same);
    const other = starts.map(start => ({...start, about: {checkpoint: 7}}));
    await transfer(dataSets, other, [linear], {finished});
    expect(linear.calls.length).toBe(4);
  });

  test('an error names the cell; those before it are kept, and the next call goes on with it', async () => {
    const linear = toy();
    const failing: TransferProtocol<number> = {
      name: 'linear',
      run: async (encoder, set, context) => {
        if (set.name === 'pets' && encoder === 0.25) throw new Error('out of memory');
        return linear.run(encoder, set, context);
      },
    };
    const {kept, error} = await run([failing]);
    expect(error?.message).toBe(
      'transfer: expected a measure of random on pets by linear with seed 1, got an error (out of memory); 3 of 4 ' +
        'cells are finished: give them as finished to go on.',
    );
    expect((error?.cause as Error).message).toBe('out of memory');
    expect(kept.map(named)).toEqual(['dtd simclr linear 1', 'dtd random linear 1', 'pets simclr linear 1']);
    const after = await run([linear], {finished: reread(kept)});
    expect(after.kept.map(named)).toEqual(['pets random linear 1']);
  });

  test('what is no measure is an error of its cell', async () => {
    const gives = async (found: object) =>
      (await run([{name: 'linear', run: async () => found as never}])).error?.message;
    expect(await gives({value: 76.9})).toMatch(
      /^transfer: expected a measure of simclr on dtd by linear .*\(linear: expected a number from 0 to 1 as result\.value, got 76\.9/,
    );
    expect(await gives({value: NaN})).toMatch(/as result\.value, got NaN/);
    expect(await gives({})).toMatch(/as result\.value, got undefined/);
    expect(await gives({value: 1, details: 5})).toMatch(/expected an object as result\.details, got 5/);
  });
});

describe('stopping', () => {
  test('before a cell: nothing more is begun', async () => {
    const controller = new AbortController();
    const linear = toy();
    const {kept, error} = await run([linear], {
      signal: controller.signal,
      onCell: cell => {
        if (cell.dataSet === 'dtd' && cell.start === 'random') controller.abort(new Error('Ctrl-C'));
      },
    });
    expect(error?.message).toBe('Ctrl-C');
    expect(kept).toEqual([]);
    expect(linear.calls).toEqual(['dtd 0.5 1', 'dtd 0.25 1']);
  });

  test('in a cell: one that ends by the signal is not blamed, one that is finished nonetheless is kept', async () => {
    for (const heeds of [true, false]) {
      const controller = new AbortController();
      const slow: TransferProtocol<number> = {
        name: 'slow',
        run: async (encoder, set, {signal}) => {
          if (set.name === 'pets') controller.abort(new Error('Ctrl-C'));
          if (heeds && signal?.aborted) throw new Error('half done');
          return {value: encoder};
        },
      };
      const {kept, error} = await run([slow], {signal: controller.signal});
      expect(error?.message).toBe('Ctrl-C');
      expect(kept.map(cell => cell.dataSet)).toEqual(['dtd', 'dtd', ...(heeds ? [] : ['pets'])]);
    }
  });

  test('all is finished: the signal does not matter', async () => {
    const {cells: finished} = await run([toy()]);
    const {cells, error} = await run([toy()], {finished, signal: AbortSignal.abort()});
    expect(error).toBeUndefined();
    expect(cells).toEqual(finished);
  });
});

test('an onCell that fails ends the call', async () => {
  const linear = toy();
  const {error} = await run([linear], {
    onCell: async () => {
      throw new Error('disk full');
    },
  });
  expect(error?.message).toBe('disk full');
  expect(linear.calls.length).toBe(1);
});

test('refuses what is no table', async () => {
  const of = async (sets: unknown, protocols: unknown = [toy()], options: unknown = {}) =>
    transfer(sets as typeof dataSets, starts, protocols as [TransferProtocol<number>], options as TransferOptions);
  const [dtd] = dataSets;
  await expect(of([dtd, dtd])).rejects.toThrow(/expected different names as dataSets, got dtd twice; rename one/);
  await expect(of([{...dtd, test: 5}])).rejects.toThrow(/expected a source of images as dataSets\[0\]\.test, got 5/);
  const [train, test] = [
    {...dtd.train, classNames: ['a', 'b']},
    {...dtd.test, classNames: ['b', 'c']},
  ];
  await expect(of([{...dtd, train, test}])).rejects.toThrow(
    /expected the class names of dataSets\[0\]\.train \(a, b\) as those of dataSets\[0\]\.test, got b, c; give both/,
  );
  await expect(of([{...dtd, metric: 'top-1'}])).rejects.toThrow(
    /expected 'accuracy', .* as dataSets\[0\]\.metric, got 'top-1'/,
  );
  await expect(of(dataSets, [{name: 'linear'}])).rejects.toThrow(/expected a function as protocols\[0\]\.run/);
  await expect(of(dataSets, [toy('linear', {loss: () => 1})])).rejects.toThrow(
    /expected plain data as protocols\[0\]\.settings\.loss, got a function; say by numbers and text what it is/,
  );
  await expect(of(dataSets, [toy()], {finished: [{}]})).rejects.toThrow(
    /expected text as finished\[0\]\.dataSet, got undef/,
  );
  await expect(of(dataSets, [toy()], {seeds: [1, 2, 1]})).rejects.toThrow(
    /expected different numbers as seeds, got 1, 2, 1; give each once/,
  );
  await expect(of(dataSets, [toy()], {signal: 5})).rejects.toThrow(/expected an AbortSignal as signal, got 5/);
});
