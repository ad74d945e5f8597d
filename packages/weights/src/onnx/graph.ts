import {show} from '@contrastive/internal';
import type {Weight} from './call.js';
import {float16Of} from './float16.js';
import {int8Of} from './int8.js';
import type {Attribute, Constant, Node} from './messages.js';

/**
 * How the kernels of a network are kept in a file: `'fp32'` as they are; `'fp16'` in half precision, half the size;
 * `'int8'` as bytes with a scale for each output channel, a quarter. All compute in single precision.
 */
export type OnnxDtype = 'fp32' | 'fp16' | 'int8';

/** All ways to keep kernels. */
export const dtypeNames: readonly OnnxDtype[] = ['fp32', 'fp16', 'int8'];

/** A graph that is being made; what is added is named by its result. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  /** Adds a node, named after its layer; its result's name. */
  node(op: string, layer: string, inputs: readonly string[], attributes?: Node['attributes']): string;
  /** Adds a node whose result has this very name. */
  result(op: string, name: string, inputs: readonly string[], attributes?: Node['attributes']): string;
  /** Adds float32 constants; the name of equal ones that are there under it. */
  floats(name: string, values: Float32Array, shape?: readonly number[]): string;
  /** Adds whole numbers. */
  integers(name: string, values: readonly number[]): string;
  /** Adds a kernel as the graph keeps them, once for a weight. */
  kernel(weight: Weight, laidOut: Kernel): string;
}

/** A kernel as it lies in a graph. */
interface Kernel {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** The axis of its output channels. */
  readonly axis: number;
}

const bytesIn = ({buffer, byteOffset, byteLength}: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

/** Names of what goes in and comes out: a layer that is called so has another one in the graph. */
const ports = ['pixel_values', 'features', 'output', 'last_hidden_state', 'pooler_output'];

/** A graph without nodes. */
export function createGraph(where: string, dtype: OnnxDtype): Graph {
  const nodes: Node[] = [];
  const constants = new Map<string, Constant>();
  const taken = new Set<string>(ports);

  const unique = (name: string): string => {
    let free = name;
    for (let i = 1; taken.has(free); i++) free = `${name}:${i}`;
    return free;
  };
  const add = (
    op: string,
    output: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute>,
  ): string => {
    taken.add(output);
    nodes.push({op, name: output, inputs, output, attributes});
    return output;
  };
  const constant = (
    name: string,
    type: Constant['type'],
    shape: readonly number[],
    numbers: ArrayBufferView,
  ): string => {
    const bytes = bytesIn(numbers);
    let free = name;
    for (let i = 1; ; free = `${name}:${i++}`) {
      const other = constants.get(free);
      if (other !== undefined && sameBytes(other.bytes, bytes)) return free;
      if (other === undefined && !taken.has(free)) break;
    }
    taken.add(free);
    constants.set(free, {name: free, type, shape, bytes});
    return free;
  };
  const kernels = new Map<Weight, string>();

  const graph: Graph = {
    nodes,
    get constants() {
      return [...constants.values()];
    },
    node: (op, layer, inputs, attributes = {}) => add(op, unique(layer), inputs, attributes),
    result: (op, name, inputs, attributes = {}) => add(op, name, inputs, attributes),
    floats: (name, values, shape = [values.length]) => constant(name, 'float32', shape, values),
    integers: (name, values) => constant(name, 'int64', [values.length], BigInt64Array.from(values, BigInt)),
    kernel(weight, laidOut) {
      const known = kernels.get(weight);
      if (known !== undefined) return known;
      const made = keep[dtype](weight.name, laidOut);
      kernels.set(weight, made);
      return made;
    },
  };

  const keep: Readonly<Record<OnnxDtype, (name: string, kernel: Kernel) => string>> = {
    fp32: (name, {values, shape}) => graph.floats(name, values, shape),
    fp16: (name, {values, shape}) => {
      const numbers = float16Of(values);
      if (numbers === undefined) {
        throw new Error(
          `${where}: expected numbers up to 65504 in ${show(name)} for 'fp16', got others; export it with {dtype: ` +
            "'fp32'}.",
        );
      }
      return graph.node('Cast', `${name}/float32`, [constant(name, 'float16', shape, numbers)], {to: 1});
    },
    int8: (name, {values, shape, axis}) => {
      const inner = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
      const found = int8Of(values, shape[axis], inner);
      const inputs = [constant(name, 'int8', shape, found.values), graph.floats(`${name}/scale`, found.scales)];
      return graph.node('DequantizeLinear', `${name}/float32`, inputs, {axis});
    },
  };
  return graph;
}
