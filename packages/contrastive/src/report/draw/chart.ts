import {plot, type PlotOptions} from '@observablehq/plot';
import {parseHTML} from 'linkedom';
import {escapeHtml, trusted, type Html} from '../../escape/html.js';

/** Colours of the page's style sheet, which knows both colour schemes. */
export const colors = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  paper: 'var(--paper)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  raw: 'var(--raw)',
  untrained: 'var(--untrained)',
  supervised: 'var(--supervised)',
} as const;

/** The colour of a run, by its number. */
export const runColor = (run: number): string => `var(--run-${run})`;

/** A chart's width in points: small enough to be read on a phone, where it is as wide as the page. */
const WIDTH = 360;

/** A chart: what it shows, and how. */
interface ChartOptions extends PlotOptions {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Points. */
  readonly height: number;
}

/**
 * Draws a chart without a browser, as an `<svg>` that is as wide as its place. Colours are those of the page; nothing
 * is styled in attributes, which the page's content policy would refuse.
 */
export function chart({label, ...options}: ChartOptions): Html {
  const {document} = parseHTML('<!doctype html><html><body></body></html>');
  const element = plot({width: WIDTH, ...options, className: 'chart', document});
  element.querySelector('style')?.remove();
  for (const styled of element.querySelectorAll('[style]')) styled.removeAttribute('style');
  const markup = element.outerHTML.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(label)}" `);
  return trusted(markup); // the library escapes text in it
}
