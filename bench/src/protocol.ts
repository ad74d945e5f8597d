/*
 * A contestant is a process that is given its settings as JSON in its last argument. It answers `Ready` once it is
 * warm, then each `{steps}` on its standard input with `Done`, then `{end: true}` with `End`: one JSON object a line.
 * Other lines on its standard output are ignored. A step is a training step, a batch of views or a measure of
 * features.
 */

/** What comes out of a step, in numbers, by name: its loss, or what the pixels of its views are like. */
export type Figures = Readonly<Record<string, number>>;

/** Sent once, after the warm-up. */
export interface Ready {
  readonly event: 'ready';
  /** Name and version of what computes. */
  readonly contestant: string;
  readonly device: 'cpu' | 'gpu';
  /**
   * What must be the same for all contestants, by name: how many parameters are trained, or how many views of which
   * size are made.
   */
  readonly facts: Readonly<Record<string, number | string>>;
  /** What came out of each warm-up step. */
  readonly warmup: readonly Figures[];
}

/** Sent instead of `Ready` by a contestant that cannot run here. */
export interface Absent {
  readonly event: 'absent';
  readonly reason: string;
}

/** Sent after the steps that were asked for. */
export interface Done {
  readonly event: 'done';
  /** Mean seconds a step. */
  readonly seconds: number;
  /** What came out of the last step. */
  readonly figures: Figures;
}

/** Sent last. */
export interface End {
  readonly event: 'end';
  /** Peak resident memory of the process, in bytes. */
  readonly bytes: number;
  /** Resident memory of the process just before its first step, in bytes: libraries, network and images. */
  readonly bytesBefore: number;
  /** Steps run since the start: warm-up, untimed and timed. */
  readonly steps: number;
}

/** What a contestant says. */
export type Message = Ready | Absent | Done | End;

/** What a contestant is asked: to run and time so many steps, after one that it does not time, or to end. */
export type Request = {readonly steps: number} | {readonly end: true};
