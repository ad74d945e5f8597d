import type {Variable} from '@tensorflow/tfjs-core';
import {takeMemory} from './in-worker.js';
import type {HostTensor, WriteTask} from './write-task.js';

/** Live variables by name. */
export type Variables = Readonly<Record<string, Variable>>;

const dtypes: Readonly<Record<string, HostTensor['dtype'] | undefined>> = {float32: 'F32', int32: 'I32'};

/** How a variable is stored; throws for one of another type than float32 and int32. */
function storedAs(where: string, name: string, {dtype}: Variable): HostTensor['dtype'] {
  const stored = dtypes[dtype];
  if (stored !== undefined) return stored;
  throw new TypeError(
    `${where}: expected variables of float32 and int32, got ${dtype} of ${name}; keep it as one of these.`,
  );
}

/** Throws for variables that cannot be stored. */
export function checkStorable(where: string, variables: Variables): void {
  for (const [name, variable] of Object.entries(variables)) storedAs(where, name, variable);
}

/**
 * Copies variables to host memory, all at once and before this returns, so that they may change afterwards.
 *
 * @throws TypeError for a variable of another type than float32 and int32.
 */
export function hostCopy(variables: Variables): Pick<WriteTask, 'tensors' | 'bytes'> {
  let length = 0;
  const tensors = Object.entries(variables).map(([name, variable]): HostTensor => {
    const stored = storedAs('saveCheckpoint', name, variable);
    const begin = length;
    length += 4 * variable.size;
    return {name, dtype: stored, shape: variable.shape, begin};
  });
  const bytes = takeMemory(length);
  for (const {name, dtype, begin} of tensors) {
    // Synchronous, because the state must not move on between two tensors; webgpu, which cannot, is not in Node.
    const values = variables[name].dataSync();
    (dtype === 'F32' ? new Float32Array(bytes, begin, values.length) : new Int32Array(bytes, begin, values.length)).set(
      values,
    );
  }
  return {tensors, bytes};
}

/** The variables of a run by their names in a checkpoint, `method/<name>` and `optimizer/<name>`. */
export const stateOf = (parts: Readonly<Record<string, {state(): Variables} | undefined>>): Variables =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([part, owner]) =>
      Object.entries(owner?.state() ?? {}).map(([name, variable]) => [`${part}/${name}`, variable] as const),
    ),
  );

/** How many bytes the numbers of variables take. */
export const sizeOf = (variables: Variables): number =>
  Object.values(variables).reduce((sum, {size}) => sum + 4 * size, 0);
