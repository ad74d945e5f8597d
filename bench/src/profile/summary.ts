import type {Event} from './follow.js';

/** An operation's calls in a step, all together. */
interface OperationCost {
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
}

/** What tensors hold that one operation made. */
interface Held {
  readonly by: string;
  readonly tensors: number;
  readonly bytes: number;
}

/** The moment at which tensors hold the most. */
interface Peak {
  readonly bytes: number;
  /** The operation whose output came then, and the how manieth of the step it was, from 1 on. */
  readonly operation: string;
  readonly position: number;
  /** What is held then, the most first. */
  readonly held: readonly Held[];
}

/** Where the time and the memory of a step go. */
export interface Profile {
  /** Seconds of the step. */
  readonly seconds: number;
  /** Its operations, the longest first. */
  readonly operations: readonly OperationCost[];
  readonly peak: Peak;
}

/** What was held when the step began. */
export const BEFORE = 'held before the step';

/** A tensor's memory. */
interface Memory {
  readonly by: string;
  readonly bytes: number;
}

/** The operations of a step by name, the longest first. */
export function costsOf(events: readonly Event[]): OperationCost[] {
  const costs = new Map<string, {name: string; count: number; seconds: number}>();
  for (const event of events) {
    if (event.kind !== 'operation') continue;
    const cost = costs.get(event.name) ?? {name: event.name, count: 0, seconds: 0};
    costs.set(event.name, {...cost, count: cost.count + 1, seconds: cost.seconds + event.seconds});
  }
  return [...costs.values()].sort((a, b) => b.seconds - a.seconds);
}

/** Applies a change to what is held; returns by how many bytes it grew. */
function apply(held: Map<object, Memory>, event: Event): number {
  if (event.kind === 'made') {
    held.set(event.memory, event);
    return event.bytes;
  }
  if (event.kind !== 'freed') return 0;
  const bytes = held.get(event.memory)?.bytes ?? 0;
  held.delete(event.memory);
  return -bytes;
}

/** What was held after all of this. */
function heldAfter(events: readonly Event[], held = new Map<object, Memory>()): Map<object, Memory> {
  for (const event of events) apply(held, event);
  return held;
}

/** What is held, by who made it, the most first. */
function byMaker(held: Iterable<Memory>): Held[] {
  const makers = new Map<string, Held>();
  for (const {by, bytes} of held) {
    const sum = makers.get(by) ?? {by, tensors: 0, bytes: 0};
    makers.set(by, {by, tensors: sum.tensors + 1, bytes: sum.bytes + bytes});
  }
  return [...makers.values()].sort((a, b) => b.bytes - a.bytes);
}

/**
 * When a step's tensors held the most, and which.
 *
 * @param before What happened before the step, from the first tensor on.
 * @param step What happened in it.
 */
export function peakOf(before: readonly Event[], step: readonly Event[]): Peak {
  const old = [...heldAfter(before)].map(([memory, {bytes}]) => [memory, {by: BEFORE, bytes}] as const);
  const total = old.reduce((sum, [, {bytes}]) => sum + bytes, 0);
  let [now, most, at] = [total, total, 0]; // `at` events of the step lead to the most
  const held = new Map<object, Memory>(old);
  step.forEach((event, i) => {
    now += apply(held, event);
    if (now > most) [most, at] = [now, i + 1];
  });
  // An operation is told when it has ended, after its outputs.
  const isOperation = (event: Event) => event.kind === 'operation';
  const position = Math.min(step.slice(0, at).filter(isOperation).length + 1, step.filter(isOperation).length);
  const maker = step[at - 1] as Event | undefined;
  return {
    bytes: most,
    operation: maker?.kind === 'made' ? maker.by : BEFORE,
    position,
    held: byMaker(heldAfter(step.slice(0, at), new Map(old)).values()),
  };
}
