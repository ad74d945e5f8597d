import {count, duration} from './words.js';

/** Where training stands after a step. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** Loss of the step. */
  readonly loss: number;
  /** Learning rate of the step. */
  readonly learningRate: number;
  /** Time since training began. */
  readonly secondsElapsed: number;
  /** Images in a batch. */
  readonly batchSize: number;
}

/** Where progress is written: what is used of `process.stdout`. */
export interface Output {
  /** Whether a line can be written over. */
  readonly isTTY?: boolean;
  /** Writes text. */
  write(text: string): unknown;
}

/** One line on where training stands. */
export function progressLine({
  step,
  steps,
  stepsPerEpoch,
  loss,
  learningRate,
  secondsElapsed,
  batchSize,
}: Progress): string {
  const left = ((steps - step) * secondsElapsed) / step;
  return [
    `epoch ${Math.ceil(step / stepsPerEpoch)}/${Math.ceil(steps / stepsPerEpoch)}`,
    `step ${step}/${steps}`,
    `loss ${loss.toFixed(3)}`,
    `learning rate ${learningRate.toFixed(4)}`,
    `${count(Math.round((step * batchSize) / secondsElapsed))} images/s`,
    step === steps ? 'done' : `${duration(left)} left`,
  ].join('  ');
}

/** Shows progress: in a terminal one line that is written over, elsewhere one line an epoch. */
interface Reporter {
  /** To be called after every step. */
  report(progress: Progress): void;
  /** Ends a line that is still being written over; safe to call twice. */
  end(): void;
}

/** Makes a `Reporter` that writes to `output`, in a terminal at most ten times a second. */
export function createReporter(output: Output = process.stdout, now: () => number = () => performance.now()): Reporter {
  let open = false;
  let shownAt = -Infinity;
  return {
    report(progress) {
      const last = progress.step === progress.steps;
      if (output.isTTY) {
        if (!last && now() - shownAt < 100) return;
        shownAt = now();
        open = true;
        output.write(`\r\x1b[2K${progressLine(progress)}`);
      } else if (last || progress.step % progress.stepsPerEpoch === 0) {
        output.write(`${progressLine(progress)}\n`);
      }
    },
    end() {
      if (open) output.write('\n');
      open = false;
    },
  };
}
