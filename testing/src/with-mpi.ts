import {spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import {describe, test} from 'vitest';

/** The launchers that tests use: how each is told what, and what brings it. */
const launchers = {
  'mpirun.openmpi': {
    args: ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
    install: 'openmpi-bin libopenmpi3',
  },
  'mpirun.mpich': {args: [], install: 'mpich'},
} as const satisfies Record<string, {readonly args: readonly string[]; readonly install: string}>;

/** A job of more ranks than processors, on a machine that does other things too, takes its time. */
const PATIENCE = 240_000;

/** A launcher of MPI. */
export type Launcher = keyof typeof launchers;

/** Whether a program is on the PATH. */
function found(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

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
    launcher === undefined ? start : [launcher, ...launchers[launcher].args, '-n', String(ranks), ...start];
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
 * Declares a test for each launcher of MPI; one whose launcher is not on the PATH is skipped, and its name says what
 * brings it. With `CONTRASTIVE_REQUIRE_MPI=1` it fails instead.
 */
export function withMpi(name: string, body: (launcher: Launcher) => Promise<void>): void {
  describe(name, () => {
    for (const [launcher, {install}] of Object.entries(launchers)) {
      const there = found(launcher) || process.env.CONTRASTIVE_REQUIRE_MPI === '1';
      const title = there ? launcher : `(needs ${launcher}: apt-get install -y ${install})`;
      test.skipIf(!there)(title, {timeout: PATIENCE}, () => body(launcher as Launcher));
    }
  });
}
