/** Signals within so many ms are one: a terminal sends Ctrl-C to all of its processes, and npm sends it on. */
const ONE_SIGNAL = 2000;

/**
 * Listens for the first of some signals. Another one, after a moment, ends the process as if nobody listened. Only a
 * terminal that is closed then does not: who asked a program to save and left is not asking it to leave off.
 *
 * @param names The signals.
 * @param handler Called once, with the first.
 * @returns What listens no longer.
 */
export function onFirstSignal<S extends NodeJS.Signals>(names: readonly S[], handler: (name: S) => void): () => void {
  let received: S | undefined;
  let timer: NodeJS.Timeout | undefined;
  const forget = (which: (name: S) => boolean): void => {
    for (const [name, listener] of listeners) if (which(name)) process.off(name, listener);
  };
  const listeners = names.map(name => {
    const listener = (): void => {
      if (received !== undefined) return;
      received = name;
      timer = setTimeout(() => {
        forget(other => other !== 'SIGHUP' || other === name);
      }, ONE_SIGNAL).unref();
      handler(name);
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  return () => {
    clearTimeout(timer);
    forget(() => true);
  };
}
