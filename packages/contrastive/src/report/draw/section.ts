import {html, type Fillable, type Html} from '../../escape/html.js';
import type {RunData} from '../data.js';

/** A part of the page. */
export interface Section {
  /** For links to it. */
  readonly id: string;
  /** In the list of parts. */
  readonly short: string;
  /** Its markup. */
  readonly content: Html;
}

/** Makes a part of the page of a heading, a sentence that says what is seen, and what follows. */
export const section = (id: string, short: string, title: string, note: Fillable, ...content: Fillable[]): Section => ({
  id,
  short,
  content: html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p class="note">${note}</p>
    ${content}
  </section> `,
});

/** What stands in the place of what is missing. */
export const missing = (text: Fillable): Html => html`<p class="missing">${text}</p>`;

/** The colours of several runs; nothing for one. */
export const runLegend = (runs: readonly RunData[]): Html | undefined =>
  runs.length < 2
    ? undefined
    : html`<ul class="legend" aria-label="Runs">
        ${runs.map(({name}, i) => html`<li><span class="swatch run-${i}"></span>${name}</li>`)}
      </ul>`;

/** A table in a frame of its own, which scrolls where the page is too narrow for it. */
export const framed = (label: string, table: Html): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
