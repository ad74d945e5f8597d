import {createHash} from 'node:crypto';
import {checkValue, narrowed, object} from '@contrastive/internal';
import {html, scriptJson, trusted} from '../../escape/html.js';
import type {ReportData} from '../data.js';
import {SCRIPT, STYLE} from '../page-source.js';
import {drawBadImages} from './bad-images.js';
import {drawConfusion} from './confusion.js';
import {drawCurves} from './curves.js';
import {drawInvariance} from './invariance.js';
import {drawMap, pageData} from './map.js';
import {drawPairs} from './pairs.js';
import {drawProbe} from './probe.js';
import {drawSettings} from './settings.js';
import {drawSummary} from './summary.js';

/** The parts of the page, in their order. */
const parts = [
  drawProbe,
  drawCurves,
  drawMap,
  drawInvariance,
  drawPairs,
  drawConfusion,
  drawBadImages,
  drawSettings,
] as const;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, nothing runs but this page's own script, and nothing is sent. */
const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const dataRule = narrowed(
  {...object, expected: 'what collectReport returns, of format 1'},
  ({format, runs, galleries}: Partial<ReportData>) => format === 1 && Array.isArray(runs) && Array.isArray(galleries),
);

const day = (made: string): string => made.slice(0, 10);

/**
 * Draws a report as one page of HTML that needs nothing besides itself: it opens from disk, sends and loads nothing,
 * prints, and follows the reader's colour scheme.
 *
 * @param data What {@link collectReport} returned, or the same read from JSON.
 * @returns The page; the same for the same data from the same program, whose commands it names.
 * @throws `TypeError` or `RangeError` for anything else.
 * @example
 * ```ts
 * await writeFile('report.html', drawReport(data));
 * ```
 */
export function drawReport(data: ReportData): string {
  checkValue('drawReport', 'data', data, dataRule);
  const sections = parts.map(part => part(data));
  const title = `${data.title} · Contrastive`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <a class="skip" href="#summary">Skip to the figures</a>
        <header>
          <p class="kicker">${data.runs.length > 1 ? 'Runs side by side' : 'Report of a run'}</p>
          <h1>${data.title}</h1>
          <nav aria-label="Parts">
            <ul>
              ${sections.map(({id, short}) => html`<li><a href="#${id}">${short}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>${drawSummary(data)} ${sections.map(({content}) => content)}</main>
        <footer><p>Made by Contrastive on ${day(data.made)}.</p></footer>
        ${trusted(`<script type="application/json" id="data">${scriptJson(pageData(data)).markup}</script>`)}
        ${trusted(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `.markup;
}
