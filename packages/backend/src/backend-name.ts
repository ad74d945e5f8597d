/**
 * The backends of TensorFlow.js that this package knows, by TensorFlow.js's own names; `tensorflow` uses the GPU where
 * one is visible.
 */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

const names: readonly string[] = ['tensorflow', 'wasm', 'cpu'] satisfies readonly BackendName[];

const isBackendName = (name: string): name is BackendName => names.includes(name);

/**
 * Checks the name of a backend.
 *
 * @param name the name, usually from outside: an argument or the environment.
 * @param where who was given it, for the message.
 * @throws RangeError if there is no such backend.
 */
export function parseBackendName(name: string, where: string): BackendName {
  if (!isBackendName(name)) {
    throw new RangeError(`${where}: expected one of ${names.join(', ')}, got '${name}'.`);
  }
  return name;
}

/** The backend that `CONTRASTIVE_BACKEND` names, or undefined where it is unset or empty. */
export function backendFromEnvironment(): BackendName | undefined {
  const name = process.env.CONTRASTIVE_BACKEND;
  return name === undefined || name === '' ? undefined : parseBackendName(name, 'CONTRASTIVE_BACKEND');
}
