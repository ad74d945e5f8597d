import type {Json} from '@contrastive/train/node';
import {html, type Html} from '../../escape/html.js';
import type {ReportData, RunData} from '../data.js';
import {framed, missing, section, type Section} from './section.js';

type Settings = Readonly<Record<string, Json | undefined>>;

/** Longest value that is shown whole. */
const MOST_LETTERS = 400;

const written = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
};

/** Values by their paths, `head.outputDim`; lists are values. */
function leavesOf(value: Json | undefined, path: string): [string, string][] {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, written(value)]];
  const record = value as Settings;
  return Object.entries(record).flatMap(([key, part]) => leavesOf(part, path === '' ? key : `${path}.${key}`));
}

function table(title: string, runs: readonly RunData[], of: (run: RunData) => Settings): Html {
  const values = runs.map(run => new Map(leavesOf(of(run), '')));
  const paths = [...new Set(values.flatMap(one => [...one.keys()]))];
  if (paths.length === 0) return missing(html`${title}: nothing was saved.`);
  const differs = (path: string): boolean => new Set(values.map(one => one.get(path))).size > 1;
  const row = (path: string): Html =>
    html`<tr class="${differs(path) ? 'differs' : 'same'}">
      <th scope="row">
        <code>${path}</code>${differs(path) ? html` <span class="mark" title="differs">≠</span>` : undefined}
      </th>
      ${values.map(one => html`<td>${one.get(path) ?? '–'}</td>`)}
    </tr> `;
  const head =
    runs.length > 1
      ? html`<thead>
          <tr>
            <th scope="col">${title}</th>
            ${runs.map(({name}) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>`
      : undefined;
  const sorted = [...paths.filter(differs), ...paths.filter(path => !differs(path))];
  return html`<div>
    <h3>${title}</h3>
    ${framed(
      title,
      html`<table class="settings">
        ${head}
        <tbody>
          ${sorted.map(row)}
        </tbody>
      </table>`,
    )}
  </div> `;
}

/** What the runs were told and what they were computed on; what differs comes first. */
export const drawSettings = ({runs}: ReportData): Section =>
  section(
    'settings',
    'Settings',
    'Configuration and environment',
    runs.length > 1
      ? 'What the runs were told, and what they were computed on. What differs comes first, marked by ≠.'
      : 'What the run was told, and what it was computed on.',
    html`<div class="${runs.length > 1 ? 'stacked' : 'two'}">
      ${[
        table('Configuration', runs, ({configuration}) => configuration),
        table('Environment', runs, ({environment}) => environment),
      ]}
    </div>`,
  );
