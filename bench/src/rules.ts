import type {Done, Figures, Ready} from './protocol.js';

/** What a contestant has reported. */
export interface Report {
  readonly ready: Ready;
  readonly turns: readonly Done[];
}

/** What makes the work of contestants the same. Each throws where it is not, with what differs. */
export interface Rules {
  /** Called once both are warm: no time is spent on contestants that start differently. Both have the same facts. */
  start?(ours: Ready, peer: Ready): void;
  /** Called with each contestant's report after the last turn. */
  alone(report: Report): void;
  /** Called then with both. */
  both?(ours: Report, peer: Report): void;
}

/** Throws unless both values are the same, numbers within a relative tolerance. */
export function checkSame(
  what: string,
  [a, b]: readonly [number | string, number | string],
  field: readonly [Ready, Ready],
  tolerance = 0,
): void {
  const same = typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= tolerance * Math.abs(b) : a === b;
  if (same) return;
  const [ours, peer] = field.map(({contestant}) => contestant);
  throw new Error(`bench: the contestants do different work: ${what} ${a} (${ours}) and ${b} (${peer}).`);
}

/**
 * What came out of every step that was reported, in their order: those of the warm-up first. Throws where one is not
 * finite.
 */
export function allFigures({ready: {contestant, warmup}, turns}: Report): readonly Figures[] {
  const all = [...warmup, ...turns.map(({figures}) => figures)];
  for (const [name, value] of all.flatMap(Object.entries<number>)) {
    if (!Number.isFinite(value))
      throw new Error(
        `bench: the ${name} of ${contestant} is not finite: ${all.map(figures => figures[name]).join(', ')}.`,
      );
  }
  return all;
}
