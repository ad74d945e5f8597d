import {chart, type Palette} from '@contrastive/example-picture';
import {axisX, axisY, dot, gridY, lineY, ruleY, text as label} from '@observablehq/plot';
import {inLanguage, type Language, type Panel} from '../experiment.js';
import {mean} from '../mean.js';
import {seriesColors} from './palette.js';

/** Points of the panel, without its title. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The range of some numbers, with some air. */
function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = 0.08 * (high - low || 1);
  return [low - air, high + air];
}

/** A number without digits that mean nothing. */
const shortNumber = (value: number): string => String(Number(value.toPrecision(value >= 1_000 ? 4 : 3)));

/** Lines over a number: the mean of each spot, and beside it every seed; of curves the line alone. */
export function lines(
  {x, y, series, reference}: Extract<Panel, {kind: 'lines'}>,
  {width, height}: Size,
  language: Language,
  palette: Palette,
): string {
  const colors = seriesColors(palette);
  const drawn = series.map((one, i) => ({
    ...one,
    color: colors[i % colors.length],
    spots: one.spots.filter(({values}) => values.length > 0),
  }));
  const means = drawn.flatMap(({spots, color, curve = false}, z) =>
    spots.map(({x: at, values}) => ({at, value: mean(values), color, z, curve})),
  );
  const seeds = drawn.flatMap(({spots, color, curve = false}) =>
    curve ? [] : spots.flatMap(({x: at, values}) => values.map(value => ({at, value, color}))),
  );
  const values = [...means, ...seeds].map(({value}) => value);
  const levels = reference ? [...values, reference.at] : values;
  const xs = means.map(({at}) => at);
  const places = x.ticks ?? [...new Set(xs)].sort((a, b) => a - b);
  const few = x.logarithmic === true && places.length <= 7;
  return chart(
    {
      width,
      height,
      ...{marginLeft: 44, marginRight: 14, marginTop: 22, marginBottom: 40},
      x: {type: x.logarithmic === true ? 'log' : 'linear', domain: [Math.min(...xs), Math.max(...xs)], inset: 14},
      y: {domain: domainOf(levels)},
      marks: [
        gridY({ticks: 5, stroke: palette.grid, strokeOpacity: 1}),
        axisY({ticks: 5, tickSize: 0, label: null, color: palette.muted}),
        axisX(few ? places : undefined, {
          // Of logarithms d3 leaves out what is not among the first so many; given places are all to be named.
          ...{tickSize: 0, ticks: few ? 1_000 : 5, color: palette.muted},
          tickFormat: shortNumber,
          ...{label: inLanguage(x.label, language), labelAnchor: 'center', labelArrow: 'none', labelOffset: 36},
        }),
        label([inLanguage(y, language)], {
          ...{frameAnchor: 'top-left', dx: -40, dy: -19, fill: palette.muted, fontSize: 12, textAnchor: 'start'},
        }),
        ...(reference
          ? [
              ruleY([reference.at], {stroke: palette.muted, strokeDasharray: '3 4'}),
              label([inLanguage(reference.name, language)], {
                ...{frameAnchor: 'right', y: reference.at, dy: -7, fill: palette.muted, fontSize: 11.5},
                ...{stroke: palette.paper, strokeWidth: 4},
              }),
            ]
          : []),
        lineY(means, {x: 'at', y: 'value', z: 'z', stroke: 'color', strokeWidth: 1.75}),
        dot(seeds, {x: 'at', y: 'value', fill: 'color', fillOpacity: 0.65, r: 2.2}),
        dot(
          means.filter(({curve}) => !curve),
          {x: 'at', y: 'value', fill: 'none', stroke: 'color', strokeWidth: 2, r: 5.5},
        ),
      ],
    },
    palette,
  );
}
