import {axisX, axisY, dot, gridX, ruleX, ruleY} from '@observablehq/plot';
import {html, type Html} from '../../escape/html.js';
import type {InvarianceData, KindData, ReportData} from '../data.js';
import {chart, colors, runColor} from './chart.js';
import {count, percent} from './format.js';
import {framed, missing, runLegend, section, type Section} from './section.js';

/** What was measured of one run. */
interface Measured {
  readonly run: number;
  readonly name: string;
  readonly invariance: InvarianceData;
}

/** A step of the vertical axis for each run. */
const STEP = 16;

function invarianceChart(measured: readonly Measured[], kinds: readonly string[]): Html {
  const all = measured.flatMap(({invariance}) => invariance.kinds);
  const most = Math.max(1, ...all.flatMap(({high, pixels}) => [high, pixels]));
  const row = (kind: string, place: number): number => kinds.indexOf(kind) + (place + 1) / (measured.length + 1);
  const height = 50 + kinds.length * Math.max(34, STEP * (measured.length + 1));
  return chart({
    label: 'How far views of each kind move the features; the table has the numbers',
    height,
    ...{marginLeft: 62, marginRight: 14, marginTop: 6, marginBottom: 42},
    x: {domain: [0, most]},
    y: {domain: [kinds.length, 0]}, // as the table, from the top

    marks: [
      gridX({ticks: 5, stroke: colors.line, strokeOpacity: 1}),
      ruleX([1], {stroke: colors.muted, strokeDasharray: '3 4'}),
      axisY(
        kinds.map((_, i) => i + 0.5),
        {tickSize: 0, label: null, fill: colors.ink, tickFormat: (at: number) => kinds[Math.floor(at)]},
      ),
      axisX({
        ...{ticks: 5, tickSize: 0, fill: colors.muted, label: 'distance of a view (two images: 1)'},
        ...{labelAnchor: 'center', labelArrow: 'none', labelOffset: 36},
      }),
      ...measured.flatMap(({run, invariance}, place) => {
        const y = ({kind}: KindData): number => row(kind, place);
        const stroke = runColor(run);
        return [
          ruleY(invariance.kinds, {x1: 'low', x2: 'high', y, stroke, strokeWidth: 1.5}),
          dot(invariance.kinds, {x: 'pixels', y, r: 4, stroke: colors.raw, strokeWidth: 1.5, fill: colors.paper}),
          dot(invariance.kinds, {x: 'relative', y, r: 4.5, fill: stroke, stroke: colors.paper, strokeWidth: 1.5}),
        ];
      }),
    ],
  });
}

function table(measured: readonly Measured[], kinds: readonly string[]): Html {
  const several = measured.length > 1;
  const numbers = ({relative, low, high, pixels, found}: KindData): Html =>
    html`<td>${relative.toFixed(2)}<br /><small>${low.toFixed(2)}–${high.toFixed(2)}</small></td>
      <td>${pixels.toFixed(2)}</td>
      <td>${percent(found)}</td>`;
  const rows = kinds.map(kind => {
    const found = measured.flatMap(({run, name, invariance}) =>
      invariance.kinds.filter(one => one.kind === kind).map(one => ({run, name, one})),
    );
    return found.map(({run, name, one}, i) => {
      const head = html`<th scope="rowgroup" rowspan="${found.length}">${kind}<br /><small>${one.what}</small></th>`;
      const which = html`<td class="text"><span class="swatch run-${run}"></span>${name}</td>`;
      return html`<tr>
        ${i === 0 ? head : undefined}${several ? which : undefined}${numbers(one)}
      </tr> `;
    });
  });
  return framed(
    'How far views move the features',
    html`<table class="numbers">
      <thead>
        <tr>
          <th scope="col">view</th>
          ${several ? html`<th scope="col"><span class="unseen">run</span></th>` : undefined}
          <th scope="col">encoder</th>
          <th scope="col">raw pixels</th>
          <th scope="col">found again</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

const examples = ({original, kinds}: InvarianceData): Html =>
  html`<div class="tiles">
    <figure>
      <img src="${original}" alt="An image as it is" />
      <figcaption>image</figcaption>
    </figure>
    ${kinds.map(
      ({kind, example}) =>
        html`<figure>
          <img src="${example}" alt="The same image, ${kind}" />
          <figcaption>${kind}</figcaption>
        </figure> `,
    )}
  </div>`;

/** In words, what a single run's encoder ignores most and least. */
function reading([{invariance}]: readonly Measured[]): string {
  const sorted = [...invariance.kinds].sort((a, b) => a.relative - b.relative);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  return ` It ignores ${least.kind} most, ${most.kind} least.`;
}

/** What the encoder ignores. */
export function drawInvariance({runs}: ReportData): Section {
  const measured = runs.flatMap(({name, images}, run): Measured[] =>
    images?.invariance && images.invariance.kinds.length > 0 ? [{run, name, invariance: images.invariance}] : [],
  );
  const kinds = [...new Set(measured.flatMap(({invariance}) => invariance.kinds.map(({kind}) => kind)))];
  const [first] = measured as readonly (Measured | undefined)[];
  const note =
    'How far a view of each kind moves the features: its mean cosine distance to the image, as a part of the mean ' +
    'distance between two images. 0: the encoder ignores it. 1: it takes the view for another image. ' +
    'Found again: views that are nearer to their image than to any other.';
  const others = first
    ? ` Of ${count(first.invariance.images)} images, with intervals of 95 %; hollow: raw pixels.` +
      (measured.length === 1 ? reading(measured) : '')
    : '';
  return section(
    'ignores',
    'What it ignores',
    'What the encoder ignores',
    note + others,
    first
      ? html`${runLegend(runs)}${examples(first.invariance)}
          <div class="beside">
            ${table(measured, kinds)}
            <figure>${invarianceChart(measured, kinds)}</figure>
          </div>`
      : missing('It takes an encoder and two images that it tells apart.'),
  );
}
