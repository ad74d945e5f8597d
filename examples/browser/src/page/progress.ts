import type {Step} from '../messages.js';
import {createChart} from './chart.js';
import {part} from './elements.js';

/** Shows how a training goes. */
interface Progress {
  /** Begins anew, for so many steps. */
  begin(steps: number): void;
  add(step: Step): void;
}

/** Steps over which the pace is averaged, about. */
const OVER = 10;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Steps a second in words. */
const rate = (seconds: number): string => (1 / seconds).toFixed(seconds < 0.1 ? 0 : seconds < 1 ? 1 : 2);

/** Seconds in words. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** The numbers, the bar and both curves. */
export function createProgress(): Progress {
  const bar = part('progress', HTMLProgressElement);
  const said = Object.fromEntries(
    ['step', 'loss', 'accuracy', 'pace', 'to-go', 'tensors'].map(id => [id, part(id, HTMLElement)]),
  );
  const lossChart = createChart(part('loss-chart', SVGSVGElement), {
    name: 'The loss',
    format: value => value.toFixed(1),
  });
  const accuracyChart = createChart(part('accuracy-chart', SVGSVGElement), {
    name: 'The contrastive accuracy',
    format: percent,
    range: [0, 1],
  });
  let [steps, pace] = [1, 0];
  return {
    begin: total => {
      [steps, pace] = [total, 0];
      for (const one of Object.values(said)) one.textContent = '–';
      [bar.max, bar.value, bar.hidden] = [total, 0, false];
      lossChart.begin(total);
      accuracyChart.begin(total);
    },
    add: ({step, loss, accuracy, seconds, tensors}) => {
      // The first step compiles what the others use, so it says nothing of them.
      if (step === 2) pace = seconds;
      else if (step > 2) pace += (seconds - pace) / OVER;
      said.step.textContent = `${step} of ${steps}`;
      said.loss.textContent = loss.toFixed(3);
      said.tensors.textContent = tensors.toLocaleString('en-US');
      if (pace > 0) {
        said.pace.textContent = rate(pace);
        said['to-go'].textContent = step < steps ? duration((steps - step) * pace) : '–';
      }
      bar.value = step;
      lossChart.add(step, loss);
      if (accuracy === undefined) return;
      said.accuracy.textContent = percent(accuracy);
      accuracyChart.add(step, accuracy);
    },
  };
}
