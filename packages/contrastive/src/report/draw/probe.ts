import {axisX, axisY, dot, gridY, line, ruleX} from '@observablehq/plot';
import {html, type Html} from '../../escape/html.js';
import {typed} from '../../program/invoked-as.js';
import type {Gallery, ProbeEntry, ReportData, RunData} from '../data.js';
import {chart, colors, runColor, WIDTH} from './chart.js';
import {capital, count, counted, percent, percents} from './format.js';
import {framed, missing, runLegend, section, type Section} from './section.js';

/** Whose features, as people call them, in the order of the table. */
const encoders: Readonly<Record<string, string>> = {
  raw: 'raw pixels',
  untrained: 'untrained encoder',
  trained: 'trained encoder',
  supervised: 'trained on the labels',
};

const called = (encoder: string): string => (Object.hasOwn(encoders, encoder) ? encoders[encoder] : encoder);

/** Results of one encoder by one classifier: what a row of the table has. */
interface Row {
  readonly encoder: string;
  readonly entries: readonly ProbeEntry[];
  /** Of which run; none of a baseline that is the same for all. */
  readonly run?: number;
}

const isSame = (a: readonly ProbeEntry[], b: readonly ProbeEntry[]): boolean =>
  a.length === b.length && a.every((entry, i) => entry.labels === b[i].labels && entry.accuracy === b[i].accuracy);

/** The rows of one classifier: baselines first, those that all runs share once. */
function rowsOf(runs: readonly RunData[], classifier: string): Row[] {
  const all = runs.flatMap(({probe}, run): Row[] => {
    const entries = (probe?.entries ?? []).filter(entry => entry.classifier === classifier);
    return [...new Set(entries.map(({encoder}) => encoder))].map(encoder => ({
      encoder,
      run,
      entries: entries.filter(entry => entry.encoder === encoder).sort((a, b) => a.labels - b.labels),
    }));
  });
  const rank = ({encoder}: Row): number => {
    const at = Object.keys(encoders).indexOf(encoder);
    return at < 0 ? Object.keys(encoders).length : at;
  };
  const rows: Row[] = [];
  for (const row of all.sort((a, b) => rank(a) - rank(b))) {
    const shared = row.encoder !== 'trained' && runs.length > 1;
    const twin = shared ? rows.findIndex(one => one.encoder === row.encoder && isSame(one.entries, row.entries)) : -1;
    if (twin < 0) rows.push(row);
    else rows[twin] = {encoder: row.encoder, entries: row.entries};
  }
  return rows;
}

const colorOf = ({encoder, run}: Row): string => {
  if (encoder === 'raw') return colors.raw;
  if (encoder === 'untrained') return colors.untrained;
  if (encoder === 'supervised') return colors.supervised;
  return encoder === 'trained' && run !== undefined ? runColor(run) : colors.muted;
};

const swatchOf = ({encoder, run}: Row): string =>
  encoder === 'trained' && run !== undefined
    ? `run-${run}`
    : ['raw', 'untrained', 'supervised'].includes(encoder)
      ? encoder
      : 'other';

function probeChart(classifier: string, rows: readonly Row[]): Html {
  const entries = rows.flatMap(row =>
    row.entries.map(entry => ({...entry, color: colorOf(row), labels: entry.labels})),
  );
  const budgets = [...new Set(entries.map(({labels}) => Math.max(1, labels)))].sort((a, b) => a - b);
  const [low, high] = [Math.min(...entries.map(one => one.low)), Math.max(...entries.map(one => one.high))];
  const room = 0.06 * (high - low || 1);
  const x = ({labels}: ProbeEntry): number => Math.max(1, labels);
  const single = budgets.length === 1;
  return chart({
    label: `Accuracy by ${classifier} over the number of labels; the table has the numbers`,
    width: WIDTH,
    height: 240,
    ...{marginLeft: 44, marginRight: 16, marginTop: 10, marginBottom: 40},
    x: {type: 'log', domain: [budgets[0] * (single ? 0.5 : 0.8), budgets[budgets.length - 1] * (single ? 2 : 1.25)]},
    y: {domain: [Math.max(0, low - room), Math.min(1, high + room)]},
    marks: [
      gridY({ticks: 5, stroke: colors.line, strokeOpacity: 1}),
      axisY({
        ticks: 5,
        tickSize: 0,
        label: null,
        fill: colors.muted,
        tickFormat: (v: number) => `${Math.round(100 * v)} %`,
      }),
      axisX(budgets, {
        ...{tickSize: 0, tickFormat: count, fill: colors.muted, label: 'labels given to the classifier'},
        ...{labelAnchor: 'center', labelArrow: 'none', labelOffset: 36},
      }),
      ...rows.flatMap(row => [
        line(row.entries, {x, y: 'accuracy', stroke: colorOf(row), strokeWidth: 1.75}),
        ruleX(row.entries, {x, y1: 'low', y2: 'high', stroke: colorOf(row), strokeWidth: 1.25}),
        dot(row.entries, {x, y: 'accuracy', r: 4, fill: colorOf(row), stroke: colors.paper, strokeWidth: 1.5}),
      ]),
    ],
  });
}

/** What a number of labels gave; the best of those without all labels is set stronger. */
function cell(row: Row, labels: number, best: number): Html {
  const entry = row.entries.find(one => one.labels === labels);
  if (!entry) return html`<td>–</td>`;
  const value = percent(entry.accuracy);
  const shown = entry.accuracy === best && row.encoder !== 'supervised' ? html`<strong>${value}</strong>` : value;
  return html`<td>${shown}<br /><small>${percents(entry.low, entry.high)}</small></td>`;
}

function table(runs: readonly RunData[], classifier: string, rows: readonly Row[]): Html {
  const budgets = [...new Set(rows.flatMap(({entries}) => entries.map(({labels}) => labels)))].sort((a, b) => a - b);
  const best = budgets.map(labels =>
    Math.max(
      ...rows.flatMap(({encoder, entries}) =>
        encoder === 'supervised' ? [] : entries.filter(one => one.labels === labels).map(({accuracy}) => accuracy),
      ),
    ),
  );
  const of = (run: number | undefined) =>
    runs.length > 1 && run !== undefined ? html`, ${runs[run].name}` : undefined;
  return framed(
    `Accuracy by ${classifier}`,
    html`<table class="numbers">
      <thead>
        <tr>
          <th scope="col">features</th>
          ${budgets.map(labels => html`<th scope="col">${counted(labels, 'label')}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          row =>
            html`<tr>
              <th scope="row"><span class="swatch ${swatchOf(row)}"></span>${called(row.encoder)}${of(row.run)}</th>
              ${budgets.map((labels, i) => cell(row, labels, best[i]))}
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

/** What is said of a run without results. */
function unmeasured({name, images}: RunData, galleries: readonly Gallery[]): Html {
  if (images && new Set(galleries[images.map.gallery].labels).size < 2)
    return html`The images of ${name} are not of several classes: <code>${typed('contrastive probe')}</code> measures it
      on others that are, and <code>${typed('contrastive search')}</code> shows what it finds alike.`;
  return html`Nobody has measured ${name} yet: <code>${typed('contrastive probe')}</code> does, on images of several
    classes.`;
}

/** What the features are worth with labels: a table and a chart for each classifier. */
export function drawProbe({runs, galleries}: ReportData): Section {
  const classifiers = [...new Set(runs.flatMap(({probe}) => probe?.entries.map(({classifier}) => classifier) ?? []))];
  const tests = [...new Set(runs.flatMap(({probe}) => probe?.testRows ?? []))];
  const without = runs.filter(({probe}) => !probe || probe.entries.length === 0);
  const rows =
    tests.length > 0 ? ` ${tests.map(count).join(' or ')} test images; below each figure its 95 % interval.` : '';
  const apart = tests.length > 1 ? ' The runs were tested on different numbers of images: compare with care.' : '';
  return section(
    'probe',
    'Probes',
    'What the features are worth',
    'How many test images a simple classifier on frozen features gets right, by how many labels it was given.' +
      `${rows}${apart}`,
    classifiers.length > 0 ? runLegend(runs) : undefined,
    without.map(run => missing(unmeasured(run, galleries))),
    classifiers.map(classifier => {
      const found = rowsOf(runs, classifier);
      return html`<h3>${capital(classifier)}</h3>
        <div class="beside">
          ${table(runs, classifier, found)}
          <figure>${probeChart(classifier, found)}</figure>
        </div> `;
    }),
  );
}
