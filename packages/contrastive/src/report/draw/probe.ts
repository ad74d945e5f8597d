import {html, type Html} from '../../escape/html.js';
import {typed} from '../../program/invoked-as.js';
import type {Gallery, ReportData, RunData} from '../data.js';
import {capital, count, counted, percent, percents} from './format.js';
import {probeChart} from './probe-charts.js';
import {called, rowsOf, swatchOf, type Row} from './probe-rows.js';
import {framed, missing, runLegend, section, type Section} from './section.js';

/** What a number of labels gave; the best of those without all labels is set stronger. */
function cell(row: Row, labels: number, best: number): Html {
  const entry = row.entries.find(one => one.labels === labels);
  if (!entry) return html`<td>–</td>`;
  const value = percent(entry.accuracy);
  const shown = entry.accuracy === best && row.encoder !== 'supervised' ? html`<strong>${value}</strong>` : value;
  return html`<td>${shown}<br /><small>${percents(entry.low, entry.high)}</small></td>`;
}

/** What a row is called: of several runs with that of its run. */
const namesOf =
  (runs: readonly RunData[]) =>
  ({encoder, run}: Row): readonly string[] =>
    runs.length > 1 && run !== undefined ? [called(encoder), runs[run].name] : [called(encoder)];

function table(runs: readonly RunData[], classifier: string, rows: readonly Row[]): Html {
  const budgets = [...new Set(rows.flatMap(({entries}) => entries.map(({labels}) => labels)))].sort((a, b) => a - b);
  const best = budgets.map(labels =>
    Math.max(
      ...rows.flatMap(({encoder, entries}) =>
        encoder === 'supervised' ? [] : entries.filter(one => one.labels === labels).map(({accuracy}) => accuracy),
      ),
    ),
  );
  const names = namesOf(runs);
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
              <th scope="row"><span class="swatch ${swatchOf(row)}"></span>${names(row).join(', ')}</th>
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
          <figure>${probeChart(classifier, found, namesOf(runs))}</figure>
        </div> `;
    }),
  );
}
