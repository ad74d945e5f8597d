import {onFirstSignal} from '@contrastive/internal/node';

/** The exit status of a program that a signal ended, as shells have it. */
const STATUS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;

/** The signals that end a run in good order. */
export type StopSignal = keyof typeof STATUS;

/** A run that a signal stopped between two steps, saved. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  /** What stopped it. */
  readonly signal: StopSignal;
  /** What the program should end with: 129 for SIGHUP, 130 for SIGINT, 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: StopSignal, message: string) {
    super(message);
    this.signal = signal;
    this.exitCode = STATUS[signal];
  }
}

/** Listens for the first signal; see `onFirstSignal`. */
export function listen(): {readonly signal: () => StopSignal | undefined; readonly abort: AbortSignal; end(): void} {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  const end = onFirstSignal(Object.keys(STATUS) as StopSignal[], name => {
    received = name;
    controller.abort();
  });
  return {signal: () => received, abort: controller.signal, end};
}
