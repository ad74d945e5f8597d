/** What computes in this process, as far as it decides about the last digit of a result. */
export interface RunningOn {
  /** TensorFlow.js's name of the backend. */
  readonly backend: string;
  /** Where operations run. */
  readonly device: 'gpu' | 'cpu';
  /** Version of what is under the backend. */
  readonly version: string;
  /** Which build of our kernels is in use; `none` where there are none. */
  readonly kernels: string;
  /** Threads of the processor that one operation may use. */
  readonly threads: number;
}

let present: RunningOn | undefined;

/** Says what computes from now on. */
export function setRunningOn(what: RunningOn): void {
  present = what;
}

/** What computes, where `useBackend` made it ready. */
export const runningOn = (): RunningOn | undefined => present;
