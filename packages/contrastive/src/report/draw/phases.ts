import {areaY, axisX, axisY, gridY} from '@observablehq/plot';
import {html, type Html} from '../../escape/html.js';
import type {RunData, Series} from '../data.js';
import {chart, colors} from './chart.js';
import {count, duration, tick} from './format.js';

/** What the phases of a step are called; others go by their own name. */
const titles: Readonly<Record<string, string>> = {
  views: 'waiting for views',
  targets: 'targets',
  gradients: 'forward and backward',
  update: 'update',
};

const called = (phase: string): string => (Object.hasOwn(titles, phase) ? titles[phase] : phase);

/** Colours in the style sheet. */
const COLOURS = 4;

/** The longest step but for the longest fiftieth, times one and a half: what the chart shows. */
function capOf(totals: readonly number[]): number {
  const sorted = [...totals].sort((a, b) => a - b);
  return 1.5 * sorted[Math.floor(0.98 * (sorted.length - 1))];
}

/** Time by phase of one run, stacked over its steps. */
function phaseChart(phases: readonly Series[]): Html {
  const steps = phases[0].steps;
  const totals = steps.map((_, i) => phases.reduce((sum, {mean}) => sum + (mean[i] ?? 0), 0));
  const cap = capOf(totals);
  // The first step compiles and warms up; at its height nothing else would be seen.
  const shown = totals.map(total => Math.min(1, cap / (total || 1)));
  const base = steps.map(() => 0);
  const areas = phases.map(({mean}) =>
    steps.map((step, i) => {
      const low = base[i];
      base[i] += (mean[i] ?? 0) * shown[i];
      return {step, low, high: base[i]};
    }),
  );
  return chart({
    label: `Time of a step by phase: ${phases.map(({name}) => name).join(', ')}`,
    height: 190,
    ...{marginLeft: 44, marginRight: 10, marginTop: 8, marginBottom: 24},
    x: {domain: [0, Math.max(1, steps.at(-1) ?? 1)]},
    marks: [
      gridY({ticks: 4, stroke: colors.line, strokeOpacity: 1}),
      ...areas.map((area, phase) =>
        areaY(area, {x: 'step', y1: 'low', y2: 'high', fill: `var(--phase-${phase % COLOURS})`}),
      ),
      axisY({
        ticks: 4,
        tickSize: 0,
        label: null,
        fill: colors.muted,
        tickFormat: (seconds: number) => `${tick(seconds)} s`,
      }),
      axisX({ticks: 4, tickSize: 0, label: null, tickFormat: tick, fill: colors.muted}),
    ],
  });
}

/** A figure for each run whose log tells where the time went. */
export const phasesOf = (runs: readonly RunData[]): Html[] =>
  runs.flatMap(({name, training}) => {
    const phases = (training?.phases ?? []).filter(({mean}) => mean.length > 0);
    if (!training || phases.length === 0) return [];
    const whole = phases.reduce((sum, {last}) => sum + last, 0) || 1;
    return [
      html`<figure class="curve">
        <figcaption>
          <strong>Time of a step${runs.length > 1 ? ` of ${name}` : ''}</strong>
          <span class="last">${duration(whole)}</span> <span class="note">by phase</span>
        </figcaption>
        ${phaseChart(phases)}
        <figcaption class="below">
          ${phases.map(
            (phase, i) =>
              html`<span class="key"
                ><span class="swatch phase-${i % COLOURS}"></span>${called(phase.name)}
                ${count((100 * phase.last) / whole)} %</span
              > `,
          )}
        </figcaption>
      </figure> `,
    ];
  });
