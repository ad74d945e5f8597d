import {html, type Html} from '../../escape/html.js';
import {candidates} from '../../run/chance-loss.js';
import type {ProbeEntry, ReportData, RunData} from '../data.js';
import {count, duration, number, percent} from './format.js';
import {framed} from './section.js';

/** A figure of a run, with what it is. */
interface Figure {
  readonly title: string;
  readonly value: string;
  readonly note?: string;
}

/** The entry of an encoder with the most labels, by the first classifier that there is. */
function headline(run: RunData, encoder: string, like?: ProbeEntry): ProbeEntry | undefined {
  const entries = (run.probe?.entries ?? []).filter(
    one =>
      one.encoder === encoder &&
      (like === undefined || (one.labels === like.labels && one.classifier === like.classifier)),
  );
  const [first] = entries as readonly (ProbeEntry | undefined)[];
  return entries
    .filter(({classifier}) => classifier === first?.classifier)
    .reduce<ProbeEntry | undefined>((most, one) => (most && most.labels >= one.labels ? most : one), undefined);
}

/** What one would ask of a run first, as far as it is known. */
function figuresOf(run: RunData): Figure[] {
  const {training, images} = run;
  const trained = headline(run, 'trained');
  const raw = trained && headline(run, 'raw', trained);
  const last = (name: string) => training?.series.find(series => series.name === name && series.mean.length > 0)?.last;
  const [loss, accuracy] = [last('loss'), last('contrastiveAccuracy')];
  const among = candidates(run.configuration);
  const figures: (Figure | undefined)[] = [
    trained && {
      title: `right, with ${count(trained.labels)} labels`,
      value: percent(trained.accuracy),
      ...(raw && {note: `raw pixels ${percent(raw.accuracy)}`}),
    },
    images?.leaveOneOut && {
      title: 'right, by nearest neighbours',
      value: percent(images.leaveOneOut.accuracy),
      note: `each of ${count(images.leaveOneOut.rows)} images by all the others, not as in a probe`,
    },
    loss === undefined ? undefined : {title: 'loss at the end', value: number(loss), note: 'mean of the last tenth'},
    accuracy === undefined
      ? undefined
      : {
          title: 'of views find their partner',
          value: percent(accuracy),
          ...(among !== undefined && {note: `by chance 1 in ${count(among)}`}),
        },
    training && {
      title:
        training.epochs === undefined
          ? 'steps'
          : `steps, ${count(training.epochs)} ${training.epochs === 1 ? 'epoch' : 'epochs'}`,
      value: count(training.steps),
      ...(training.seconds !== undefined && {note: `in ${duration(training.seconds)}`}),
    },
    images && {
      title: images.total === 1 ? 'image' : 'images',
      value: count(images.total),
      ...(images.tried < images.total && {note: `${count(images.tried)} looked at`}),
    },
  ];
  return figures.flatMap(figure => figure ?? []);
}

const cards = (run: RunData): Html =>
  html`<dl class="cards">
    ${figuresOf(run).map(
      ({title, value, note}) =>
        html`<div>
          <dt>${title}${note === undefined ? undefined : html`<br /><small>${note}</small>`}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;

/** A row for each run, a column for each figure. */
function compared(runs: readonly RunData[]): Html {
  const figures = runs.map(figuresOf);
  const titles = [...new Set(figures.flatMap(one => one.map(({title}) => title)))];
  return framed(
    'Runs side by side',
    html`<table class="numbers">
      <thead>
        <tr>
          <th scope="col">run</th>
          ${titles.map(title => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${runs.map(
          ({name}, i) =>
            html`<tr>
              <th scope="row"><span class="swatch run-${i}"></span>${name}</th>
              ${titles.map(title => {
                const {value = '–', note}: Partial<Figure> = figures[i].find(one => one.title === title) ?? {};
                return html`<td>${value}${note === undefined ? undefined : html`<br /><small>${note}</small>`}</td>`;
              })}
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

/** What one wants to know first. */
export const drawSummary = ({runs}: ReportData): Html =>
  html`<section id="summary" aria-label="Summary">${runs.length === 1 ? cards(runs[0]) : compared(runs)}</section> `;
