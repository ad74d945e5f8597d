import {replaceKernel} from '../register.js';
import {type NativeBackend, typeAttribute} from './native-backend.js';

/**
 * Registers `ReluGrad` on the native backend: inputs {dy, y}, where y is ReLU's output; dy where y is positive, else 0.
 */
export const registerReluGrad = (): void => {
  replaceKernel<NativeBackend, unknown>('ReluGrad', 'tensorflow', ({inputs: {dy, y}, backend}) =>
    backend.executeSingleOutput('ReluGrad', [typeAttribute(backend, 'T')], [dy, y]),
  );
};
