import {html, type Html} from '../../escape/html.js';
import type {ConfusionData, ReportData} from '../data.js';
import {count, percent, percents} from './format.js';
import {framed, missing, section, type Section} from './section.js';

/** Classes whose matrix can be read; of more, the pairs that are taken for each other most are listed. */
const MOST_CLASSES = 20;

/** Pairs that are listed: in the place of a matrix, and beside one. */
const MOST_PAIRS = {alone: 15, beside: 6} as const;

/** Shades of a cell. */
const SHADES = 9;

/** Sums of the rows: images of each class. */
const totalsOf = ({classNames, counts}: ConfusionData): number[] =>
  classNames.map((_, row) =>
    counts.slice(row * classNames.length, (row + 1) * classNames.length).reduce((sum, value) => sum + value, 0),
  );

function matrix(confusion: ConfusionData): Html {
  const {classNames, counts, by} = confusion;
  const totals = totalsOf(confusion);
  const n = classNames.length;
  return framed(
    `Confusion matrix by ${by}`,
    html`<table class="matrix">
      <thead>
        <tr>
          <td></td>
          ${classNames.map(name => html`<th scope="col"><span>${name}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${classNames.map(
          (name, row) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${classNames.map((_, column) => {
                const value = counts[row * n + column];
                const part = totals[row] === 0 ? 0 : value / totals[row];
                const shade = value === 0 ? 0 : Math.max(1, Math.round(SHADES * part));
                return html`<td class="shade-${shade}${row === column ? ' right' : ''}">
                  ${value === 0 ? '·' : count(value)}
                </td>`;
              })}
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

function pairs(confusion: ConfusionData, most: number): Html {
  const {classNames, counts, by} = confusion;
  const totals = totalsOf(confusion);
  const n = classNames.length;
  const wrong = counts
    .map((value, at) => ({value, row: Math.floor(at / n), column: at % n}))
    .filter(({value, row, column}) => value > 0 && row !== column)
    .sort((a, b) => b.value - a.value)
    .slice(0, most);
  return framed(
    `What was taken for what by ${by}`,
    html`<table class="numbers">
      <thead>
        <tr>
          <th scope="col">images of</th>
          <th scope="col" class="text">taken for</th>
          <th scope="col">how many</th>
          <th scope="col">of the class</th>
        </tr>
      </thead>
      <tbody>
        ${wrong.map(
          ({value, row, column}) =>
            html`<tr>
              <th scope="row">${classNames[row]}</th>
              <td class="text">${classNames[column]}</td>
              <td>${count(value)}</td>
              <td>${percent(value / totals[row])}</td>
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

/** A matrix and what it has most of, or that alone where there are many classes. */
const drawn = (confusion: ConfusionData, several: boolean): Html =>
  confusion.classNames.length > MOST_CLASSES
    ? pairs(confusion, MOST_PAIRS.alone)
    : html`<div class="${several ? 'stacked' : 'beside'}">
        ${matrix(confusion)}${pairs(confusion, MOST_PAIRS.beside)}
      </div>`;

/** What was taken for what. */
export function drawConfusion({runs}: ReportData): Section {
  const several = runs.length > 1;
  const matrices = runs.some(({probe, images}) => {
    const confusion = probe?.confusion ?? images?.leaveOneOut?.confusion;
    return confusion === undefined || confusion.classNames.length <= MOST_CLASSES;
  });
  const shown = runs.flatMap(({name, probe, images}) => {
    const confusion = probe?.confusion ?? images?.leaveOneOut?.confusion;
    if (!confusion) return [];
    const {rows, accuracy, low, high} = images?.leaveOneOut ?? {rows: 0, accuracy: 0, low: 0, high: 0};
    const how = probe?.confusion
      ? html`By ${confusion.by}.`
      : html`By ${confusion.by}, each of ${count(rows)} images judged by the others: ${percent(accuracy)} right
        (${percents(low, high)}).`;
    return [
      html`<div>
        ${several ? html`<h3>${name}</h3>` : undefined}
        <p class="note">${how}</p>
        ${drawn(confusion, several)}
      </div> `,
    ];
  });
  return section(
    'confusion',
    'Confusions',
    'What is taken for what',
    matrices
      ? 'Each row is the true class, each column the predicted one; the darker, the more of the row. The diagonal is ' +
          'correct.'
      : 'The pairs of classes that are taken for each other most often.',
    shown.length === 0 ? missing('It takes images with labels, or a probe that kept its answers.') : undefined,
    html`<div class="matrices">${shown}</div>`,
  );
}
