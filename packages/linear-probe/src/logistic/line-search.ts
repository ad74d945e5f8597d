/** A point on the line that is searched. */
export interface Trial {
  /** Distance along the direction. */
  readonly step: number;
  /** Value of the function there. */
  readonly value: number;
  /** Derivative along the direction there. */
  readonly slope: number;
}

/** Armijo's constant: how much of the promised decrease a step must bring. */
const sufficientDecrease = 1e-4;
/** How much of the slope may be left at the end. */
const curvature = 0.9;
/**
 * Smaller changes, as a part of the value, may be rounding in float32; there the slope decides (Hager & Zhang 2005,
 * approximate Wolfe). Scores of a weakly penalised fit reach hundreds, and their rounding moves the mean by 1e-6 of it.
 */
const noise = 1e-5;
const maxEvaluations = 25;

/** Where the cubic through both trials is lowest, kept off the ends; the middle where there is no such cubic. */
function interpolate(a: Trial, b: Trial): number {
  const middle = (a.step + b.step) / 2;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const minimum = b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const margin = 0.1 * Math.abs(b.step - a.step);
  if (!Number.isFinite(minimum)) return middle;
  return Math.min(Math.max(minimum, Math.min(a.step, b.step) + margin), Math.max(a.step, b.step) - margin);
}

/**
 * Finds a step that fulfils the strong Wolfe conditions (Nocedal & Wright, Numerical Optimization, 2006, algorithms 3.5
 * and 3.6).
 *
 * @param evaluate the function along the direction.
 * @param origin the trial at step 0; its slope is negative.
 * @param first the step to try first.
 * @returns the accepted trial, or the best that lowers the value, or nothing when there is none.
 */
export async function wolfeSearch<T extends Trial>(
  evaluate: (step: number) => Promise<T>,
  origin: T,
  first: number,
): Promise<T | undefined> {
  const slack = noise * Math.abs(origin.value);
  let low = origin;
  let high: T | undefined;
  let step = first;
  for (let i = 0; i < maxEvaluations; i++) {
    const trial = await evaluate(step);
    const enough = trial.value <= origin.value + sufficientDecrease * step * origin.slope + slack;
    if (!enough || trial.value > low.value + slack) {
      high = trial;
    } else {
      if (Math.abs(trial.slope) <= -curvature * origin.slope) return trial;
      if (trial.slope * ((high?.step ?? Infinity) - low.step) >= 0) high = low;
      low = trial;
    }
    step = high ? interpolate(low, high) : 4 * step;
  }
  return low.value < origin.value ? low : undefined;
}
