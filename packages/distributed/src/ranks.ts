import {inspect} from 'node:util';
import {alone, type Communicator} from '@contrastive/layers';
import {finished, sleepNow} from './mpi/waiting.js';
import {rankAtLaunch} from './mpi/launcher.js';
import type {World} from './mpi/world.js';

/** A {@link Communicator} of processes on machines. */
export interface Ranks extends Communicator {
  /** Which of the ranks of its machine this process is, from 0 on. */
  readonly localRank: number;
  /** How many ranks its machine has. */
  readonly localSize: number;
  /** The library of MPI, as it calls itself; undefined where the process is by itself. */
  readonly library?: string;
  /** Returns when all ranks have come here. */
  barrier(): Promise<void>;
  /**
   * Ends the processes of all ranks at once. The end of this process by another exit code than 0 does so too: with an
   * error that nobody catches, for one.
   *
   * @param code What they end with, 1 by default.
   */
  abort(code?: number): never;
  /** Waits for the other ranks and takes leave of them: for the end of a program. The exit of the process does so. */
  close(): Promise<void>;
}

/** How long a rank waits for the first one to tell an error that all have, in milliseconds. */
const TURN = 1500;
/** How long the launcher has to pass on what was said, in milliseconds. */
const PASSING_ON = 200;

/**
 * Before a process says why it ends: returns at once on rank 0, elsewhere after a moment, in which the job ends where
 * rank 0 has the same error. So an error of all is told once, and an error of one is told by it.
 */
export function letFirstTell(): void {
  if (rankAtLaunch() > 0) sleepNow(TURN);
}

/** A process by itself, as {@link Ranks} has it. */
export const oneRank: Ranks = {
  ...alone,
  localRank: 0,
  localSize: 1,
  barrier: async () => undefined,
  abort: (code = 1) => process.exit(code),
  close: async () => undefined,
};

/** Tells an error that nobody caught: Node would do so after the process has ended the job. */
function tellUncaught(error: unknown): void {
  letFirstTell();
  process.stderr.write(`Uncaught ${inspect(error)}\n`); // at once, to a terminal, a file or a pipe
}

/** What a process has of the ranks that it is one of, and its leave when it ends. */
export function ranksOf(world: World, communicator: Communicator, deadline: number): Ranks {
  const {localRank, localSize, library} = world;
  let gone = false;
  const abort = (code: number): void => {
    gone = true;
    sleepNow(PASSING_ON);
    // The launcher's signals are to end this process, also within MPI, where no listener is heard.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.removeAllListeners(signal);
    world.abort(code);
  };
  process.on('uncaughtExceptionMonitor', tellUncaught);
  const leave = (code: number): void => {
    if (gone) return;
    gone = true;
    if (code === 0) world.finalize();
    else abort(code);
  };
  process.on('exit', leave);
  return {
    ...communicator,
    localRank,
    localSize,
    library,
    barrier: () => finished(world.barrier(), deadline),
    abort(code = 1) {
      abort(code);
      return process.exit(code); // where the library returns
    },
    async close() {
      if (gone) return;
      await finished(world.barrier(), deadline);
      gone = true;
      process.off('uncaughtExceptionMonitor', tellUncaught);
      process.off('exit', leave);
      world.finalize();
    },
  };
}
