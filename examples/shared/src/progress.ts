/** A number of seconds as people say it: `8 s`, `3 min 52 s`, `1 h 4 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** A count with separators: `10,000`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** Percent with one digit: `84.7 %`. */
export const percent = (value: number): string => `${value.toFixed(1)} %`;

/** Where progress is written: what is used of `process.stdout`. */
export interface Output {
  /** Whether a line can be written over. */
  readonly isTTY?: boolean;
  /** Writes text. */
  write(text: string): unknown;
}

/** The length of a run; `twoViews` knows it. */
interface Length {
  readonly steps: number;
  /** Infinity where there are no epochs. */
  readonly stepsPerEpoch: number;
}

/** What `train` says of a step. */
interface Step {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
}

const lines: Output = {
  write: text => {
    console.log(text.trimEnd());
  },
};

/**
 * Shows how training goes: in a terminal one line that is written over, at most ten times a second; elsewhere a line an
 * epoch, and without epochs twenty in all.
 *
 * @returns To be called after every step.
 */
export function progress(
  {steps, stepsPerEpoch}: Length,
  batchSize: number,
  output: Output = process.stdout.isTTY ? process.stdout : lines,
  now: () => number = () => performance.now(),
): (record: Step) => void {
  const every = Number.isFinite(stepsPerEpoch) ? stepsPerEpoch : Math.ceil(steps / 20);
  const began = now();
  let shownAt = -Infinity;
  let before: number | undefined; // steps of an earlier run that this one goes on with
  return ({step, loss, learningRate}) => {
    const [done, time] = [step + 1, now()];
    before ??= step;
    const last = done === steps;
    if (!last && (output.isTTY ? time - shownAt < 100 : done % every !== 0)) return;
    shownAt = time;
    const secondsPerStep = (time - began) / 1000 / (done - before);
    const line = [
      ...(every === stepsPerEpoch ? [`epoch ${Math.ceil(done / every)}/${Math.ceil(steps / every)}`] : []),
      `step ${done}/${steps}`,
      `loss ${loss.toFixed(3)}`,
      `learning rate ${learningRate.toFixed(4)}`,
      `${count(Math.round(batchSize / secondsPerStep))} images/s`,
      last ? 'done' : `${duration((steps - done) * secondsPerStep)} left`,
    ].join('  ');
    output.write(output.isTTY ? `\r\x1b[2K${line}${last ? '\n' : ''}` : `${line}\n`);
  };
}
