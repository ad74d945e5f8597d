/** How many times slower a training step of a small ResNet is on wasm than on native TensorFlow with two cores. */
export const wasmCost = 6;
