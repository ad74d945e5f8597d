import type {LayersModel} from '@tensorflow/tfjs-layers';

const show = (shape: readonly (number | null)[]): string => `[${shape.map(size => size ?? 'n').join(', ')}]`;

function checkModel(caller: string, role: string, model: LayersModel): void {
  // JavaScript callers may pass anything.
  const given = model as Partial<LayersModel> | null | undefined;
  if (!Array.isArray(given?.inputs) || !Array.isArray(given.outputs)) {
    throw new TypeError(
      `${caller}: ${role} must be a built LayersModel, got ${typeof model}; make one with tf.model or tf.sequential.`,
    );
  }
  const {inputs, outputs} = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new TypeError(
      `${caller}: ${role} must have one input and one output, got ${inputs.length} and ${outputs.length}.`,
    );
  }
  if (outputs[0].shape.length !== 2) {
    throw new RangeError(
      `${caller}: the output of ${role} must be [n, d], got ${show(outputs[0].shape)}; end it with ` +
        'globalAveragePooling2d or flatten.',
    );
  }
}

/**
 * Throws unless the encoder turns images `[n, height, width, channels]` into features `[n, d]` and the head, where
 * there is one, takes just that and gives `[n, d′]`.
 *
 * @param caller Whose options these are: what the messages begin with, for example `createSimCLR`.
 * @throws `TypeError` for what is no built model with one input and one output, `RangeError` for shapes that do not
 * fit.
 * @example
 * ```ts
 * checkNetworks('createSimCLR', encoder, head);
 * ```
 */
export function checkNetworks(caller: string, encoder: LayersModel, head?: LayersModel): void {
  checkModel(caller, 'encoder', encoder);
  const {shape} = encoder.inputs[0];
  if (shape.length !== 4) {
    throw new RangeError(
      `${caller}: the input of encoder must be images [n, height, width, channels], got ${show(shape)}.`,
    );
  }
  if (head === undefined) return;
  checkModel(caller, 'head', head);
  const features = encoder.outputs[0].shape;
  const wanted = head.inputs[0].shape;
  if (wanted.length !== 2 || (wanted[1] !== null && features[1] !== null && wanted[1] !== features[1])) {
    throw new RangeError(
      `${caller}: the head takes ${show(wanted)}, but the encoder gives ${show(features)}; make the head for ` +
        'that input size.',
    );
  }
}
