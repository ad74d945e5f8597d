import {show} from '@contrastive/internal';
import type {Graph} from './graph.js';

/** The shape of a symbol as TensorFlow.js has it: `[n, h, w, c]` or `[n, d]`, null for what is any. */
export type Shape = readonly (number | null)[];

/** A weight as TensorFlow.js lays it out. */
export interface Weight {
  /** Its path within the model, which no other has: `layer1.0.conv1/kernel`. */
  readonly name: string;
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Zeros around images: at the top, on the left, at the bottom, on the right. */
export type Zeros = readonly [top: number, left: number, bottom: number, right: number];

/**
 * A call of a layer. Values of rank 4 lie `[n, c, h, w]` in the graph, all others as in TensorFlow.js.
 */
export interface LayerCall {
  readonly graph: Graph;
  /** The layer's name, after those of the models that it lies in. */
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of what goes in. */
  readonly inputs: readonly string[];
  /** Their shapes, in TensorFlow.js. */
  readonly shapes: readonly Shape[];
  /** Zeros that a layer before adds, which this one adds itself. */
  readonly zeros: Zeros;
  /** One of its weights, by the name that the layer gives it. */
  readonly weight: (name: string) => Weight | undefined;
  /** Throws: of what it expected, and what came. */
  readonly refuse: (expected: string, got: unknown) => never;
}

/** Makes nodes of a call; the name of its result. */
export type Convert = (call: LayerCall) => string;

/** Two sides from one number or a list. */
export function pair(value: unknown): readonly [number, number] {
  const [first, second = first] = [value].flat() as readonly number[]; // as getConfig gives it
  return [first, second];
}

/** A weight that the layer must have. */
export function weightOf({weight, refuse}: LayerCall, name: string): Weight {
  return weight(name) ?? refuse(`a weight called ${show(name)}`, 'none');
}

/** Throws unless images lie with their channels last. */
export function checkChannelsLast({config, refuse}: LayerCall): void {
  if (config.dataFormat !== undefined && config.dataFormat !== 'channelsLast')
    refuse("'channelsLast' as dataFormat", config.dataFormat);
}

/** The axis in the graph of one in TensorFlow.js. */
export function axisIn(rank: number, axis: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? [0, 2, 3, 1][positive] : positive;
}
