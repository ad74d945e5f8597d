import koffi from 'koffi';
import {mpich, openMpi, type Abi} from './abi.js';

/** A function of the library: its status, 0 for success. */
type Call = (...args: readonly unknown[]) => number;

/** The functions of MPI that are in use, and its constants. */
export interface Library {
  readonly abi: Abi;
  /** As it calls itself. */
  readonly version: string;
  readonly initThread: Call;
  readonly commRank: Call;
  readonly commSize: Call;
  readonly commSplitType: Call;
  readonly commSetErrhandler: Call;
  readonly iallreduce: Call;
  /** The same by addresses. */
  readonly iallreduceAt: Call;
  readonly iallgather: Call;
  readonly ialltoallv: Call;
  readonly ibcast: Call;
  readonly ibarrier: Call;
  readonly test: Call;
  readonly errorString: Call;
  readonly abort: Call;
  readonly finalize: Call;
}

const MOST_TEXT = 8192;

/** The text that a function writes into a buffer, and its length beside. */
export function textOf(write: (buffer: Uint8Array, length: Int32Array) => void): string {
  const [buffer, length] = [new Uint8Array(MOST_TEXT), new Int32Array(1)];
  write(buffer, length);
  return new TextDecoder().decode(buffer.subarray(0, length[0])).replace(/\0.*$/s, '');
}

/**
 * What UCX, which carries the messages of MPICH and of Open MPI on some networks, must not do in a process of Node:
 * watch the memory (to check that it can, it grows the heap and shrinks it again; a thread that grew it in between
 * loses a page), and take the signals by which WebAssembly notices a bad address. Each as the user has set it, if so.
 */
const FOR_UCX = {UCX_MEM_EVENTS: 'no', UCX_ERROR_SIGNALS: ''};

/**
 * Loads a library of MPI by name or path; `global`, because its plug-ins look for its symbols.
 *
 * @throws `Error` of the loader.
 */
export function loadLibrary(path: string): Library {
  for (const [name, value] of Object.entries(FOR_UCX)) process.env[name] ??= value;
  const lib = koffi.load(path, {global: true});
  const addressOf = (name: string): bigint => lib.symbol(name) as bigint;
  const has = (name: string): boolean => {
    try {
      return addressOf(name) !== 0n;
    } catch {
      return false;
    }
  };
  const abi = has('ompi_mpi_comm_world') ? openMpi(addressOf) : mpich;
  const h = abi.handle;
  const declare = (prototype: string): Call => lib.func(prototype);
  const getVersion = declare('int MPI_Get_library_version(void *text, void *length)');
  return {
    abi,
    version: textOf(getVersion).split('\n')[0].replace(/,.*$/, '').replace(/\s+/g, ' ').trim(),
    initThread: declare('int MPI_Init_thread(void *argc, void *argv, int required, void *provided)'),
    commRank: declare(`int MPI_Comm_rank(${h} comm, void *rank)`),
    commSize: declare(`int MPI_Comm_size(${h} comm, void *size)`),
    commSplitType: declare(`int MPI_Comm_split_type(${h} comm, int type, int key, ${h} info, void *created)`),
    commSetErrhandler: declare(`int MPI_Comm_set_errhandler(${h} comm, ${h} handler)`),
    iallreduce: declare(
      `int MPI_Iallreduce(void *from, void *to, int count, ${h} type, ${h} op, ${h} comm, void *request)`,
    ),
    iallreduceAt: declare(
      `int MPI_Iallreduce(intptr_t from, uintptr_t to, int count, ${h} type, ${h} op, ${h} comm, void *request)`,
    ),
    iallgather: declare(
      `int MPI_Iallgather(void *from, int count, ${h} type, void *to, int each, ${h} kind, ${h} comm, void *request)`,
    ),
    ialltoallv: declare(
      `int MPI_Ialltoallv(void *from, void *counts, void *offsets, ${h} type, void *to, void *sizes, void *places, ` +
        `${h} kind, ${h} comm, void *request)`,
    ),
    ibcast: declare(`int MPI_Ibcast(void *data, int count, ${h} type, int root, ${h} comm, void *request)`),
    ibarrier: declare(`int MPI_Ibarrier(${h} comm, void *request)`),
    test: declare('int MPI_Test(void *request, void *flag, intptr_t status)'),
    errorString: declare('int MPI_Error_string(int code, void *text, void *length)'),
    abort: declare(`int MPI_Abort(${h} comm, int code)`),
    finalize: declare('int MPI_Finalize()'),
  };
}
