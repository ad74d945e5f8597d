/** Signals within so many ms are one: a terminal sends Ctrl-C to all of its processes, and npm sends it on. */
const ONE_SIGNAL = 2000;

/**
 * Listens for the first of some signals. The same one again, after a moment, ends the process as if nobody listened;
 * one of another kind does nothing.
 *
 * @param names The signals.
 * @param handler Called once, with the first.
 * @returns What listens no longer.
 */
export function onFirstSignal<S extends NodeJS.Signals>(names: readonly S[], handler: (name: S) => void): () => void {
  let received: S | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listeners = names.map(name => {
    const listener = (): void => {
      if (received !== undefined) return;
      received = name;
      timer = setTimeout(() => process.off(name, listener), ONE_SIGNAL).unref();
      handler(name);
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  return () => {
    clearTimeout(timer);
    for (const [name, listener] of listeners) process.off(name, listener);
  };
}
