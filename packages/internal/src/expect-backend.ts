/**
 * Throws where TensorFlow.js has nothing to compute with yet.
 *
 * @param where What the message begins with.
 * @param registered What is registered by name: `registryFactory` of TensorFlow.js' engine.
 */
export function expectBackend(where: string, registered: object): void {
  if (Object.keys(registered).length === 0)
    throw new Error(`${where}: expected a backend of TensorFlow.js, got none; await useBackend() first.`);
}
