import {spawn} from 'node:child_process';

/** How a program is run. */
export interface RunOptions {
  /** Working directory. */
  readonly cwd?: string;
  /** Environment variables beside our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program, and everything that it started, when it fires. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the program is ended. */
  readonly timeout?: number;
}

/** How a program ended. */
export interface RunResult {
  /** Its exit code; undefined where it did not start (not found) or was ended by a signal. */
  readonly code?: number;
  /** What it wrote to its output. */
  readonly output: string;
  /** What it wrote to its error stream, the reason where it did not start. */
  readonly errors: string;
}

/** Milliseconds that a program has to end itself before it is killed. */
const grace = 1000;

const running = new Set<number>();

const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
};

const killAll = (): void => {
  running.forEach(pid => {
    killGroup(pid, 'SIGKILL');
  });
};

/**
 * Runs a program to its end in a process group of its own, so that all of it can be ended together.
 *
 * @returns how it ended, whatever the exit code.
 * @throws the signal's reason once it fires, after the program is gone.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  {cwd, env, signal, timeout}: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const child = spawn(program, args, {
      cwd,
      env: {...process.env, ...env},
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timers: NodeJS.Timeout[] = [];
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const end = (): void => {
      if (child.pid !== undefined) {
        const {pid} = child;
        killGroup(pid, 'SIGTERM');
        timers.push(
          setTimeout(() => {
            killGroup(pid, 'SIGKILL');
          }, grace),
        );
      }
    };
    if (child.pid !== undefined) {
      if (running.size === 0) process.on('exit', killAll);
      running.add(child.pid);
    }
    if (timeout !== undefined) {
      timers.push(
        setTimeout(() => {
          errors += `\nended after ${Math.round(timeout / 1000)} s`;
          end();
        }, timeout),
      );
    }
    signal?.addEventListener('abort', end, {once: true});
    const settle = (result: RunResult): void => {
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', end);
      if (child.pid !== undefined) {
        running.delete(child.pid);
        if (running.size === 0) process.off('exit', killAll);
      }
      if (signal?.aborted) {
        reject(signal.reason as Error);
      } else {
        resolve(result);
      }
    };
    child.once('error', error => {
      settle({output, errors: error.message});
    });
    child.once('close', code => {
      settle({code: code ?? undefined, output, errors});
    });
  });
}

/** The last lines of what a program said that are not empty, in one string. */
export function lastLines({output, errors}: RunResult, count = 3): string {
  return `${output}\n${errors}`
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .slice(-count)
    .join(' | ');
}
