import {spawn} from 'node:child_process';
import {getBackend} from '@tensorflow/tfjs-core';
import {describe, test} from 'vitest';
import {find} from '../../scripts/tools.mjs';
import {withTool} from './with-tool.js';

/** The launchers that tests use, and how each is told what. */
const launchers = {
  'mpirun.openmpi': ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
  'mpirun.mpich': [],
} as const satisfies Record<string, readonly string[]>;

/** A job of more ranks than processors, on a machine that does other things too, takes its time. */
const PATIENCE = 240_000;

/** A launcher of MPI. */
export type Launcher = keyof typeof launchers;

/** How a job ended. */
export interface JobEnd {
  readonly code: number | null;
  readonly seconds: number;
  readonly output: string;
  readonly errors: string;
}

/** What a job is given besides its program. */
interface JobOptions {
  readonly ranks: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Told what comes on the output, as it comes. */
  readonly onOutput?: (text: string, pid: number) => void;
}

/** Runs a program of Node in so many processes by a launcher; by itself without one. */
export async function launch(
  launcher: Launcher | undefined,
  program: readonly string[],
  {ranks, env = {}, onOutput}: JobOptions,
): Promise<JobEnd> {
  const start = [process.execPath, ...program];
  const [command, ...args] =
    launcher === undefined
      ? start
      : [find(launcher) ?? launcher, ...launchers[launcher], '-n', String(ranks), ...start];
  const began = performance.now();
  const child = spawn(command, args, {
    env: {
      ...process.env,
      TF_CPP_MIN_LOG_LEVEL: '2',
      TF_NUM_INTRAOP_THREADS: '1',
      OMPI_MCA_btl_vader_single_copy_mechanism: 'none', // which containers forbid
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    onOutput?.(text.toString(), child.pid ?? 0);
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const code = await new Promise<number | null>((done, failed) => {
    child.on('error', failed);
    child.on('close', done);
  });
  return {code, seconds: (performance.now() - began) / 1000, output, errors};
}

/**
 * Declares a test for each launcher of MPI, or for one of them where the library makes no difference; one that this
 * machine lacks is skipped and counted by its name. Ranks are processes with a backend of their own, so they run once:
 * beside native TensorFlow.
 */
export function withMpi(name: string, body: (launcher: Launcher) => Promise<void>, one?: Launcher): void {
  const native = getBackend() === 'tensorflow';
  for (const launcher of one ? [one] : (Object.keys(launchers) as Launcher[])) {
    const tests = (): void => {
      test(launcher, () => body(launcher));
    };
    if (native) withTool(launcher, name, {timeout: PATIENCE}, tests);
    else describe.skip(`${name} (needs native TensorFlow: ranks run beside it)`, tests);
  }
}
