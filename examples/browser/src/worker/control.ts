/** Lets a loop be paused and stopped from outside. */
interface Control {
  pause(): void;
  goOn(): void;
  stop(): void;
  readonly paused: boolean;
  /** Waits while the loop is paused; false when it is to stop. */
  mayGoOn(): Promise<boolean>;
}

/** A loop that is neither paused nor stopped. */
export function createControl(): Control {
  let stopped = false;
  let waiting: Promise<void> | undefined;
  let release = (): void => undefined;
  const goOn = (): void => {
    waiting = undefined;
    release();
  };
  return {
    pause: () => {
      waiting ??= new Promise(resolve => {
        release = resolve;
      });
    },
    goOn,
    stop: () => {
      stopped = true;
      goOn();
    },
    get paused() {
      return waiting !== undefined;
    },
    async mayGoOn() {
      while (waiting) await waiting;
      return !stopped;
    },
  };
}
