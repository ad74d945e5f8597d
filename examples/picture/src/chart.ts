import {plot, type PlotOptions} from '@observablehq/plot';
import {parseHTML} from 'linkedom';
import {colors, type Palette} from './palette.js';
import {fontFamily} from './svg.js';

/**
 * Draws a chart without a browser, as an `<svg>` element of `options.width` × `options.height` to place inside the
 * page.
 */
export function chart(
  options: PlotOptions & {readonly width: number; readonly height: number},
  palette: Palette = colors,
): string {
  const {document} = parseHTML('<!doctype html><html><body></body></html>');
  const element = plot({...options, document, style: {fontFamily, fontSize: '12px', color: palette.muted}});
  // The style sheet is for browsers: it uses selectors that SVG renderers do not know.
  element.querySelector('style')?.remove();
  return element.outerHTML.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" overflow="visible" ');
}
