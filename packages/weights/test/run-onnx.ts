import type {Tensor} from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1; // threads would outlive the tests

/** Numbers that a network puts out, and their shape. */
interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Runs an ONNX network in a runtime that is not ours, on images `[n, h, w, c]` or features `[n, d]`. */
export async function runOnnx(bytes: Uint8Array, input: Tensor): Promise<Readonly<Record<string, Output>>> {
  const session = await ort.InferenceSession.create(bytes);
  const first = input.rank === 4 ? input.transpose([0, 3, 1, 2]) : input;
  const {shape} = first;
  const data = Float32Array.from(await first.data());
  if (first !== input) first.dispose();
  const [name] = session.inputNames;
  const outputs = await session.run({[name]: new ort.Tensor('float32', data, shape)});
  await session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([key, {data, dims}]) => [key, {data: data as Float32Array, dims}]),
  );
}
