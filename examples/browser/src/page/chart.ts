/** A line that grows. */
interface Chart {
  /** Begins anew, for so many steps. */
  begin(steps: number): void;
  add(step: number, value: number): void;
}

/** What a chart shows. */
interface ChartOptions {
  /** What the values are, for those who hear the page. */
  readonly name: string;
  /** A value as text. */
  readonly format: (value: number) => string;
  /** From where to where values go, where that is known. */
  readonly range?: readonly [number, number];
}

const SVG = 'http://www.w3.org/2000/svg';
const [TOP, RIGHT, BOTTOM, LEFT] = [8, 12, 22, 50];

/** The most often that it is drawn, in milliseconds. */
const EVERY = 100;

/** Steps over which the bold line averages, about. */
const SMOOTH = 12;

/** Round numbers between two, about so many. */
export function ticks(from: number, to: number, about: number): number[] {
  const rough = (to - from) / about;
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find(one => one * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({length: Math.floor(to / step + 1e-9) - first + 1}, (_, i) => (first + i) * step);
}

/** Running means of values: each step counts a little less than the one after it. */
export function smoothed(values: readonly number[], over: number): number[] {
  let [sum, weight] = [0, 0];
  return values.map(value => {
    sum = sum * (1 - 1 / over) + value;
    weight = weight * (1 - 1 / over) + 1;
    return sum / weight;
  });
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/** Draws values over steps into an `<svg>`, at most ten times a second: the values faintly, their mean boldly. */
export function createChart(svg: SVGSVGElement, {name, format, range}: ChartOptions): Chart {
  let total = 1;
  let points: {readonly step: number; readonly value: number}[] = [];
  let waiting = false;

  const draw = (): void => {
    waiting = false;
    const {clientWidth: width, clientHeight: height} = svg;
    if (width === 0) return; // it is not seen
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const values = points.map(({value}) => value);
    const [lowest, highest] = [Math.min(...values), Math.max(...values)];
    const margin = 0.05 * (highest - lowest) || 0.5;
    const [low, high] = range ?? (values.length > 0 ? [lowest - margin, highest + margin] : [0, 1]);
    const x = (step: number): number => LEFT + ((width - LEFT - RIGHT) * step) / total;
    const y = (value: number): number => TOP + ((height - TOP - BOTTOM) * (high - value)) / (high - low);
    const line = (all: readonly number[]): string =>
      all.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(points[i].step).toFixed(1)} ${y(value).toFixed(1)}`).join('');

    const rows = ticks(low, high, 3).flatMap(value => [
      shape('line', {class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value)}),
      shape('text', {x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end'}, format(value)),
    ]);
    const columns = ticks(0, total, 4).map(step =>
      shape('text', {x: x(step), y: height - 4, 'text-anchor': 'middle'}, step.toLocaleString('en-US')),
    );
    const lines = [shape('path', {class: 'raw', d: line(values)}), shape('path', {d: line(smoothed(values, SMOOTH))})];
    svg.replaceChildren(...rows, ...columns, ...(points.length > 0 ? lines : []));
    const last = points.at(-1);
    if (last)
      svg.setAttribute('aria-label', `${name}: ${format(values[0])} at first, ${format(last.value)} at ${last.step}`);
  };
  const soon = (): void => {
    if (!waiting) setTimeout(requestAnimationFrame, EVERY, draw);
    waiting = true;
  };
  new ResizeObserver(soon).observe(svg);
  return {
    begin: steps => {
      [total, points] = [steps, []];
      soon();
    },
    add: (step, value) => {
      points.push({step, value});
      soon();
    },
  };
}
