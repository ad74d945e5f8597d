import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import type {Absent, Done, End, Message, Ready, Request} from './protocol.js';

/** How to start a contestant: a program and its arguments, the settings left out. */
export type Command = readonly [program: string, ...args: string[]];

/** A contestant's process, as the parent sees it. */
export interface Contestant {
  /** Resolves once it is warm, or has said that it cannot run here. */
  ready(): Promise<Ready | Absent>;
  /** Lets it run and time `steps` steps, after one untimed. */
  run(steps: number): Promise<Done>;
  /** Ends it. */
  end(): Promise<End>;
  /** Kills it, if it still lives. */
  kill(): void;
}

const stderrTail = 2000;

/** A line of the protocol, or nothing for other output. */
function parse(line: string): Message | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}

/**
 * Starts a contestant. Whatever waits for it rejects when it exits early, with the end of its error stream; `signal`
 * kills it.
 */
export function startContestant([program, ...args]: Command, settings: unknown, signal?: AbortSignal): Contestant {
  const child = spawn(program, [...args, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrTail);
  });
  child.stdin.on('error', () => {
    // The process is gone: its end is reported by what waits for it.
  });
  const queue: Message[] = [];
  let failure: Error | undefined;
  let wake = (): void => undefined;
  createInterface({input: child.stdout}).on('line', line => {
    const message = parse(line);
    if (message === undefined) return;
    queue.push(message);
    wake();
  });
  child.once('error', error => {
    failure ??= new Error(`bench: could not run ${program}: ${error.message}`, {cause: error});
    wake();
  });
  // Comes after the last line of output.
  child.once('close', (code, killer) => {
    failure ??= new Error(
      `bench: ${[program, ...args].join(' ')} ended early (${killer ?? `code ${String(code)}`}).\n${stderr.trim()}`,
    );
    wake();
  });

  async function next<E extends Message['event']>(...events: readonly E[]): Promise<Extract<Message, {event: E}>> {
    for (;;) {
      const message = queue.shift();
      if (message !== undefined) {
        if (events.some(event => event === message.event)) return message as Extract<Message, {event: E}>;
        throw new Error(`bench: ${program} said '${message.event}' where ${events.join(' or ')} was expected.`);
      }
      if (failure !== undefined) throw failure;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  }

  function ask(request: Request): void {
    child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  return {
    ready: () => next('ready', 'absent'),
    run: steps => {
      ask({steps});
      return next('done');
    },
    end: () => {
      ask({end: true});
      return next('end');
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
