import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {isGraph, type Call} from './graph.js';

/** Calls in a row that take one value and leave one; both by the id of their symbol. */
export interface Segment {
  readonly calls: readonly Call[];
  readonly input: number;
  readonly output: number;
}

/**
 * Cuts a graph where one value alone is needed from there on: a residual block is a segment. Where each call is such a
 * segment, as in a plain chain, √n of n calls are one (Chen et al. 2016, arXiv:1604.06174).
 */
export function segmentsOf(calls: readonly Call[], input: SymbolicTensor, output: SymbolicTensor): Segment[] {
  const lastReader = new Map(calls.flatMap((call, i) => call.inputs.map(({id}) => [id, i] as const)));
  lastReader.set(output.id, calls.length);
  const most = Math.ceil(Math.sqrt(calls.length));
  const segments: Segment[] = [];
  let live = [input.id];
  let piece: Call[] = [];
  let entry = input.id;
  calls.forEach((call, i) => {
    live = [...live, ...call.outputs.map(({id}) => id)].filter(id => (lastReader.get(id) ?? -1) > i);
    piece.push(call);
    if (live.length !== 1) return;
    const [exit] = live;
    const before = segments.at(-1);
    const single = (some: readonly Call[]): boolean =>
      some.every(one => one.inputs.length === 1) && !some.some(({layer}) => isGraph(layer));
    const joins = piece.length === 1 && before && before.calls.length < most && single([...before.calls, call]);
    if (joins) segments[segments.length - 1] = {...before, calls: [...before.calls, call], output: exit};
    else segments.push({calls: piece, input: entry, output: exit});
    [piece, entry] = [[], exit];
  });
  return segments;
}
