import * as tf from '@tensorflow/tfjs-core';

/** A gradient of ours in the registry, with the one that it took the place of. */
interface ReplacedGradient extends tf.GradConfig {
  readonly stock: tf.GradConfig | undefined;
}

/** What a kernel is called with. */
export interface KernelCall<B, A> {
  /** Its inputs by name; borrowed. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Its attributes. */
  readonly attrs: A;
  /** The backend that it runs on. */
  readonly backend: B;
}

/** A kernel of ours in the registry, with the one that it took the place of. */
interface ReplacedKernel extends tf.KernelConfig {
  readonly stock: tf.KernelFunc | undefined;
}

/**
 * Registers a kernel, in the place of any other of that name on that backend. The kernel receives the stock one to fall
 * back on; it is the stock one on every later call too.
 */
export const replaceKernel = <B, A>(
  kernelName: string,
  backendName: string,
  kernel: (call: KernelCall<B, A>, stock: tf.KernelFunc | undefined) => tf.TensorInfo | tf.TensorInfo[],
): void => {
  const current = tf.getKernel(kernelName, backendName) as tf.KernelConfig | ReplacedKernel | undefined;
  const stock = current && 'stock' in current ? current.stock : current?.kernelFunc;
  if (current) {
    tf.unregisterKernel(kernelName, backendName);
  }
  const replaced: ReplacedKernel = {
    kernelName,
    backendName,
    kernelFunc: call => kernel(call as KernelCall<B, A>, stock),
    stock,
  };
  tf.registerKernel(replaced);
};

/**
 * Registers a gradient in the place of the stock one. Gradients are registered by kernel name for all backends
 * together, so `build` receives the stock gradient to fall back on; it is the stock one on every later call too.
 */
export const replaceGradient = (
  kernelName: string,
  build: (stock: tf.GradConfig | undefined) => Omit<tf.GradConfig, 'kernelName'>,
): void => {
  const current = tf.getGradient(kernelName) as tf.GradConfig | ReplacedGradient | undefined;
  const stock = current && 'stock' in current ? current.stock : current;
  if (current) {
    tf.unregisterGradient(kernelName);
  }
  const replaced: ReplacedGradient = {kernelName, ...build(stock), stock};
  tf.registerGradient(replaced);
};

/** Whether the backend in use has a kernel of this name. */
export const hasKernel = (kernelName: string): boolean =>
  (tf.getKernel(kernelName, tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;
