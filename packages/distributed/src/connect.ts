import {checkOptions, flag, number, show, type Rules} from '@contrastive/internal';
import {textChecksum} from './checksum.js';
import {createCommunicator} from './communicator.js';
import {launchOf, type Launch} from './mpi/launcher.js';
import {finished} from './mpi/waiting.js';
import type {World} from './mpi/world.js';
import {gpuOf, processors, threadsFor, visibleGpus} from './processors.js';
import {oneRank, ranksOf, type Ranks} from './ranks.js';

/** Options of {@link connect}. */
export interface ConnectOptions {
  /**
   * How long a rank waits for the others before it gives up, in seconds; above 0, by default
   * `CONTRASTIVE_MPI_DEADLINE`, else 300. Longer than what one rank does while others wait: reading a batch, measuring.
   */
  readonly deadline?: number;
  /**
   * Whether to choose this rank's GPU (`CUDA_VISIBLE_DEVICES`) and number of threads (`TF_NUM_INTRAOP_THREADS`), where
   * they are not set and TensorFlow is not loaded yet; true by default.
   */
  readonly processors?: boolean;
}

const rules: Rules<ConnectOptions> = {deadline: number({above: 0}), processors: flag};

const DEADLINE = 300;

/** The deadline that the environment names. */
function deadlineFromEnvironment(): number {
  const {CONTRASTIVE_MPI_DEADLINE: text} = process.env;
  if (text === undefined || text === '') return DEADLINE;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new RangeError(
    `connect: expected a number of seconds above 0 as CONTRASTIVE_MPI_DEADLINE, got ${show(text)}; leave it out for ` +
      `${DEADLINE}.`,
  );
}

/** Throws where the library does not know of the processes that the launcher started. */
function checkSize({size, library}: World, launch: Launch | undefined, path: string): void {
  if (launch === undefined || launch.size === size) return;
  throw new Error(
    `connect: expected ${launch.size} ranks, as ${launch.launcher} started, got ${size} by ${library} (${path}), ` +
      'which does not know this launcher: each process would train by itself. Start them by the mpirun of that ' +
      'library (mpirun.openmpi, mpirun.mpich; srun --mpi=pmix or pmi2), or name the library of this launcher in ' +
      'CONTRASTIVE_MPI.',
  );
}

/** Gives this rank its GPU and its threads, unless the user has. */
async function chooseProcessors({rank, size, localRank, localSize, ...world}: World, deadline: number): Promise<void> {
  const gpu = gpuOf(visibleGpus(process.env), localRank, localSize);
  if (gpu !== undefined) process.env.CUDA_VISIBLE_DEVICES = gpu;
  const ofAll = async (one: number): Promise<Uint32Array> => {
    const [own, all] = [new Uint32Array([one]), new Uint32Array(size)];
    await finished(world.gather(new Uint8Array(own.buffer), new Uint8Array(all.buffer)), deadline);
    return all;
  };
  const places = await ofAll(textChecksum(processors()));
  const own = threadsFor(places.filter(place => place === places[rank]).length);
  // As many on each: sums of other numbers of parts would differ in their last digits.
  const least = Math.min(...(await ofAll(own)));
  if (least < threadsFor(1)) process.env.TF_NUM_INTRAOP_THREADS ??= String(least);
}

async function open({deadline = deadlineFromEnvironment(), processors = true}: ConnectOptions): Promise<Ranks> {
  const {CONTRASTIVE_MPI: named = ''} = process.env;
  const asked = named === '' ? undefined : named;
  const launch = launchOf(process.env);
  if (asked === undefined && (launch === undefined || launch.size === 1)) return oneRank;
  const [{findLibrary}, {loadLibrary}, {openWorld}] = await Promise.all([
    import('./mpi/find-library.js'),
    import('./mpi/library.js'), // with koffi, which a process by itself need not load
    import('./mpi/world.js'),
  ]);
  const {path, library} = findLibrary(launch ?? {}, asked, loadLibrary);
  const world = openWorld(library);
  const ranks = ranksOf(world, createCommunicator(world, deadline), deadline);
  checkSize(world, launch, path);
  if (processors) await chooseProcessors(world, deadline);
  return ranks;
}

let connected: Promise<Ranks> | undefined;

/**
 * Joins the processes that `mpirun`, `srun` or a Kubernetes MPIJob started, over the system's own MPI: Open MPI, or
 * MPICH and what keeps its binary interface. The library is found at run time; nothing is compiled. A process that was
 * started by itself is a communicator of size one, and loads no MPI.
 *
 * Call it before `useBackend()`, so that each rank takes a GPU of its own, or its share of the threads. The job ends
 * when a rank ends by another exit code than 0 or by a signal; an error that nobody catches is told once. A wait that
 * is longer than `deadline` is an error.
 *
 * @param options See {@link ConnectOptions}.
 * @returns The ranks, the same at each call: MPI begins once a process.
 * @throws `TypeError` or `RangeError` for a bad option or variable; `Error` where a launcher started several processes
 * and there is no library of MPI, with what to install, or one that knows of fewer, since each would overwrite what the
 * others leave.
 * @example
 * ```ts
 * const communicator = await connect();
 * await useBackend();
 * const views = twoViews(images, {augment, batchSize: 256, seed, epochs, ranks: communicator});
 * for await (const {step, loss} of train({method, views, optimizer, learningRate, communicator}))
 *   if (communicator.rank === 0) console.log(step, loss);
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<Ranks> {
  checkOptions('connect', options, rules);
  connected ??= open(options);
  return connected;
}
