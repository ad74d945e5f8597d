import {mkdtempSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {connect} from '@contrastive/distributed';
import {fc} from '@contrastive/testing';
import {expect, test, vi} from 'vitest';
import {bucketsOf} from '../src/buckets.js';
import {findLibrary} from '../src/mpi/find-library.js';
import {launchOf} from '../src/mpi/launcher.js';
import {finished, finishedNow} from '../src/mpi/waiting.js';
import {gatherRows, partsOf, routeOf, scatterRows} from '../src/permute.js';
import {gpuOf, processors, visibleGpus} from '../src/processors.js';

test('small tensors share a message, large ones have their own, and all keep their order', () => {
  expect(bucketsOf([])).toEqual([]);
  expect(bucketsOf([10, 20, 30])).toEqual([[0, 1, 2]]);
  expect(bucketsOf([10, 2_000_000, 20])).toEqual([[1], [0, 2]]);
  const small = Array<number>(40).fill(60_000); // 18 of them fill a message
  expect(bucketsOf(small).map(bucket => bucket.length)).toEqual([18, 18, 4]);
  fc.assert(
    fc.property(fc.array(fc.integer({min: 0, max: 200_000})), sizes => {
      const places = bucketsOf(sizes).flat();
      expect([...places].sort((a, b) => a - b)).toEqual([...sizes.keys()]);
    }),
  );
});

test('rows that are sent by their route come where the order has them', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 1, max: 4}),
      fc.integer({min: 0, max: 5}),
      fc.infiniteStream(fc.double()),
      (size, n, keys) => {
        const weights = Array.from({length: size * n}, () => Number(keys.next().value));
        const order = Int32Array.from([...weights.keys()].sort((a, b) => weights[a] - weights[b] || a - b));
        const rowBytes = 2;
        const all = Uint8Array.from({length: size * n * rowBytes}, (_, i) => i);
        const routes = Array.from({length: size}, (_, rank) => routeOf(order, rank, size));
        const outgoing = routes.map(({sent}, rank) => {
          const from = new Uint8Array(n * rowBytes);
          gatherRows(all.subarray(rank * n * rowBytes, (rank + 1) * n * rowBytes), sent, from, rowBytes);
          return from;
        });
        routes.forEach(({places, receivedCounts}, rank) => {
          expect(receivedCounts).toEqual(routes.map(({sentCounts}) => sentCounts[rank]));
          const came = Uint8Array.from(
            routes.flatMap(({sentCounts}, other) => {
              const {offset, length} = partsOf(sentCounts, rowBytes)[rank];
              return [...outgoing[other].subarray(offset, offset + length)];
            }),
          );
          const rows = new Uint8Array(n * rowBytes);
          scatterRows(came, places, rows, rowBytes);
          const wanted = [...order.subarray(rank * n, (rank + 1) * n)].flatMap(row => [2 * row, 2 * row + 1]);
          expect([...rows]).toEqual(wanted.map(value => value % 256));
        });
      },
    ),
  );
});

test('a launcher is known by its environment', () => {
  expect(launchOf({})).toBeUndefined();
  expect(launchOf({OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '3'})).toEqual({
    launcher: 'mpirun of Open MPI',
    size: 4,
    rank: 3,
    family: 'Open MPI',
  });
  expect(launchOf({PMI_SIZE: '2', PMI_RANK: '0'})).toMatchObject({family: 'MPICH', size: 2});
  expect(launchOf({SLURM_STEP_NUM_TASKS: '8', SLURM_PROCID: '5'})).toEqual({launcher: 'srun', size: 8, rank: 5});
  expect(launchOf({SLURM_NTASKS: '8', SLURM_PROCID: '0'})).toBeUndefined(); // a batch script is one process
});

test('the library of the launcher comes first, and what to install is said', () => {
  const load = vi.fn((path: string) => {
    throw new Error(`${path}: cannot open shared object file`);
  });
  expect(() => findLibrary({launcher: 'mpirun of MPICH', family: 'MPICH'}, undefined, load)).toThrow(
    'connect: expected the library of the MPI that mpirun of MPICH is of, got none: libmpich.so.12: cannot open ' +
      'shared object file; install it (Debian: apt-get install -y mpich), or give the path of its library in ' +
      'CONTRASTIVE_MPI.',
  );
  expect(load.mock.calls.map(([path]) => path)).toEqual(['libmpich.so.12', 'libmpi.so.12', 'libmpi.so.40']);
  expect(() => findLibrary({}, '/opt/libmpi.so', load)).toThrow(/\/opt\/libmpi\.so: .*leave it out\.$/);
  expect(findLibrary({family: 'Open MPI'}, undefined, path => path)).toEqual({
    path: 'libmpi.so.40',
    library: 'libmpi.so.40',
  });
});

test('a wait ends when the call is done, and with an error after the deadline', async () => {
  const after = (turns: number) => ({what: 'a test', test: () => turns-- <= 0});
  await finished(after(700), 5);
  finishedNow(after(700), 5);
  const message = /^MPI: expected all ranks at a test within 0.05 s, got no answer of some;/;
  await expect(finished(after(Infinity), 0.05)).rejects.toThrow(message);
  expect(() => {
    finishedNow(after(Infinity), 0.05);
  }).toThrow(message);
});

test('each rank of a machine has a GPU of its own', () => {
  const root = mkdtempSync(join(tmpdir(), 'gpus-'));
  for (const name of ['0000:01:00.0', '0000:02:00.0']) mkdirSync(join(root, name));
  expect(visibleGpus({}, root)).toEqual(['0', '1']);
  expect(visibleGpus({}, join(root, 'none'))).toEqual([]);
  expect(visibleGpus({CUDA_VISIBLE_DEVICES: '4,6'}, root)).toEqual(['4', '6']);
  expect(visibleGpus({CUDA_VISIBLE_DEVICES: ''}, root)).toEqual([]);
  expect(gpuOf(['4', '6'], 1, 2)).toBe('6');
  expect(gpuOf(['4'], 1, 2)).toBeUndefined(); // which all of them share
  expect(() => gpuOf(['0', '1'], 2, 3)).toThrow(/^connect: expected a GPU for each of the 3 ranks of .*, got 2;/);
  writeFileSync(join(root, 'status'), 'Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n');
  expect(processors(join(root, 'status'))).toMatch(/ 3$/);
  rmSync(root, {recursive: true});
});

test('a process that nobody launched is by itself, and loads no MPI', async () => {
  const communicator = await connect();
  expect(communicator).toMatchObject({rank: 0, size: 1, localRank: 0, localSize: 1});
  expect(communicator.library).toBeUndefined();
  await communicator.barrier();
  await communicator.close();
  await expect(connect({deadline: 0})).rejects.toThrow('connect: expected a number above 0 as deadline, got 0.');
});
