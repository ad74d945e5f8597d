import {textOf, type Library} from './library.js';
import type {Underway} from './waiting.js';

/** Where a part of some memory lies, in bytes. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** All processes that were started together, and what they do together: each call begins and is then waited for. */
export interface World {
  readonly rank: number;
  readonly size: number;
  /** Which of the ranks of this machine this is, from 0 on. */
  readonly localRank: number;
  /** How many ranks this machine has. */
  readonly localSize: number;
  /** The library, as it calls itself. */
  readonly library: string;
  sum(from: Float32Array, to: Float32Array): Underway;
  /**
   * The sum of so many numbers of memory that the caller holds until it is done, by addresses; without `from` it takes
   * the place of what it sums.
   */
  sumAt(from: number | undefined, to: number, length: number): Underway;
  /** Whether sums that take the place of what they sum are as fast as others. */
  readonly fastInPlace: boolean;
  most(from: Float64Array, to: Float64Array): Underway;
  gather(from: Uint8Array, to: Uint8Array): Underway;
  /** Sends a part to each rank, and receives one of each. */
  exchange(from: Uint8Array, sent: readonly Part[], to: Uint8Array, received: readonly Part[]): Underway;
  /** Of rank 0, to all. */
  broadcast(data: Uint8Array): Underway;
  barrier(): Underway;
  /** Ends the processes of all ranks. */
  abort(code: number): void;
  /** Says goodbye; waits for the others. */
  finalize(): void;
}

/** What a count may be. */
const MOST = 2 ** 31 - 1;

/** From so many ranks on Open MPI sums in a way that divides the work, but not in place. */
const MANY = 4;

/** `MPI_THREAD_FUNNELED`: the process has threads, of which this one alone calls. */
const FUNNELED = 1;

/** What calls read and write that are not done: it must stay, whoever stops waiting for them. */
const inUse = new Set<readonly unknown[]>();

/** Throws where a call failed. */
function checked(library: Library, what: string, code: number): void {
  if (code === 0) return;
  const reason = textOf((text, length) => library.errorString(code, text, length));
  throw new Error(`MPI: expected ${what} to succeed, got error ${code}: ${reason}.`);
}

const numberOf = (write: (out: Int32Array) => void): number => {
  const out = new Int32Array(1);
  write(out);
  return out[0];
};

const refuseLarge = (what: string, count: number): void => {
  if (count <= MOST) return;
  throw new RangeError(`MPI: expected at most ${MOST} items in ${what}, got ${count}; give fewer images a rank.`);
};

/** Begins the life of a process with MPI; once a process. */
export function openWorld(library: Library): World {
  const {abi} = library;
  const {world, byte} = abi;
  checked(library, 'MPI_Init_thread', library.initThread(null, null, FUNNELED, new Int32Array(1)));
  checked(library, 'MPI_Comm_set_errhandler', library.commSetErrhandler(world, abi.errorsReturn));

  /** Begins a call; what it reads and writes stays until it is done. */
  const begin = (what: string, memory: readonly unknown[], call: (request: BigInt64Array) => number): Underway => {
    const request = new BigInt64Array(1); // large enough for the handles of both kinds
    const flag = new Int32Array(1);
    const used = [...memory, request];
    inUse.add(used);
    checked(library, what, call(request));
    return {
      what,
      test() {
        if (!inUse.has(used)) return true;
        checked(library, what, library.test(request, flag, abi.ignoreStatus));
        if (flag[0] === 0) return false;
        inUse.delete(used);
        return true;
      },
    };
  };

  const communicator = new BigInt64Array(1);
  const split = library.commSplitType(world, abi.sharedMemory, 0, abi.noInfo, communicator);
  checked(library, 'MPI_Comm_split_type', split);
  const machine = abi.handle === 'int' ? new Int32Array(communicator.buffer)[0] : communicator[0];

  const size = numberOf(out => library.commSize(world, out));
  return {
    rank: numberOf(out => library.commRank(world, out)),
    size,
    localRank: numberOf(out => library.commRank(machine, out)),
    localSize: numberOf(out => library.commSize(machine, out)),
    library: library.version,
    sum(from, to) {
      refuseLarge('an all-reduce', from.length);
      return begin('an all-reduce', [from, to], request =>
        library.iallreduce(from, to, from.length, abi.float, abi.sum, world, request),
      );
    },
    sumAt(from, to, length) {
      refuseLarge('an all-reduce', length);
      return begin('an all-reduce', [], request =>
        library.iallreduceAt(from ?? abi.inPlace, to, length, abi.float, abi.sum, world, request),
      );
    },
    fastInPlace: size < MANY || !library.version.startsWith('Open MPI'),
    most: (from, to) =>
      begin('an agreement', [from, to], request =>
        library.iallreduce(from, to, from.length, abi.double, abi.max, world, request),
      ),
    gather(from, to) {
      refuseLarge('an all-gather', to.length);
      return begin('an all-gather', [from, to], request =>
        library.iallgather(from, from.length, byte, to, from.length, byte, world, request),
      );
    },
    exchange(from, sent, to, received) {
      refuseLarge('an exchange', Math.max(from.length, to.length));
      const [counts, offsets, sizes, places] = [
        sent.map(({length}) => length),
        sent.map(({offset}) => offset),
        received.map(({length}) => length),
        received.map(({offset}) => offset),
      ].map(numbers => Int32Array.from(numbers));
      return begin('an exchange', [from, to, counts, offsets, sizes, places], request =>
        library.ialltoallv(from, counts, offsets, byte, to, sizes, places, byte, world, request),
      );
    },
    broadcast(data) {
      refuseLarge('a broadcast', data.length);
      return begin('a broadcast', [data], request => library.ibcast(data, data.length, byte, 0, world, request));
    },
    barrier: () => begin('a barrier', [], request => library.ibarrier(world, request)),
    abort(code) {
      library.abort(world, code);
    },
    finalize() {
      library.finalize();
    },
  };
}
