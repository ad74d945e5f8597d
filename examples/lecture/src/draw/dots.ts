import {chart, type Palette} from '@contrastive/example-picture';
import {axisX, axisY, dot, gridX, ruleY} from '@observablehq/plot';
import {inLanguage, type Language, type Panel} from '../experiment.js';
import {mean} from '../mean.js';
import {seriesColors} from './palette.js';

type Dots = Extract<Panel, {kind: 'dots'}>;

/** Above and below the rows, in points. */
const MARGINS = {marginTop: 8, marginBottom: 40} as const;

/** The names of a panel's series, in the order in which they come. */
export const seriesOf = ({rows}: Dots, language: Language): readonly string[] => [
  ...new Set(rows.map(({series}) => inLanguage(series, language))),
];

/** The names of a panel's rows. */
const labelsOf = ({rows}: Dots, language: Language): readonly string[] => [
  ...new Set(rows.map(({label}) => inLanguage(label, language))),
];

/** How high a panel must be for all of its rows, in points. */
export const dotsHeight = (panel: Dots, language: Language): number =>
  18 * labelsOf(panel, language).length + MARGINS.marginTop + MARGINS.marginBottom;

/** A row for each label: the mean of each series, and beside it every seed. */
export function dots(
  panel: Dots,
  {width, height}: {readonly width: number; readonly height: number},
  language: Language,
  palette: Palette,
): string {
  const colors = seriesColors(palette);
  const series = seriesOf(panel, language);
  const rows = panel.rows.map(({label, series: own, values}) => ({
    label: inLanguage(label, language),
    color: colors[series.indexOf(inLanguage(own, language)) % colors.length],
    values,
  }));
  const labels = labelsOf(panel, language);
  const there = rows.filter(({values}) => values.length > 0);
  const means = there.map(({label, color, values}) => ({label, color, value: mean(values)}));
  const seeds = there.flatMap(({label, color, values}) => values.map(value => ({label, color, value})));
  const all = seeds.map(({value}) => value);
  const air = 0.06 * (Math.max(...all) - Math.min(...all) || 1);
  const letters = Math.max(...labels.map(({length}) => length));
  return chart(
    {
      width,
      height,
      ...{marginLeft: Math.min(0.5 * width, 6.6 * letters + 16), marginRight: 14, ...MARGINS},
      x: {domain: [Math.min(...all) - air, Math.max(...all) + air]},
      y: {type: 'point', domain: labels, padding: 0.5},
      marks: [
        gridX({ticks: 5, stroke: palette.grid, strokeOpacity: 1}),
        ruleY(labels, {stroke: palette.grid}),
        axisY({tickSize: 0, label: null, color: palette.muted}),
        axisX({
          ...{tickSize: 0, ticks: 5, color: palette.muted},
          ...{label: inLanguage(panel.x, language), labelAnchor: 'center', labelArrow: 'none', labelOffset: 36},
        }),
        dot(seeds, {x: 'value', y: 'label', fill: 'color', fillOpacity: 0.65, r: 2.2}),
        dot(means, {x: 'value', y: 'label', fill: 'none', stroke: 'color', strokeWidth: 2, r: 5.5}),
      ],
    },
    palette,
  );
}
