import {tileAt, type SheetLayout} from '../site-data.js';
import {SMALL} from './view.js';

const SVG = 'http://www.w3.org/2000/svg';

/** An element of SVG with attributes. */
function drawing(name: string, attributes: Readonly<Record<string, string | number>>): Element {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** One thumbnail of a sheet, as large as the page wants it. */
export function sprite(url: string, layout: SheetLayout, place: number, inSheet: number): Element {
  const {tile, columns} = layout;
  const {left, top} = tileAt(layout, place);
  const edge = tile < SMALL ? 0 : 0.5; // else its neighbours would shine through where it is scaled
  const svg = drawing('svg', {
    viewBox: `${left + edge} ${top + edge} ${tile - 2 * edge} ${tile - 2 * edge}`,
    'aria-hidden': 'true',
  });
  const size = {width: columns * tile, height: Math.ceil(inSheet / columns) * tile};
  svg.append(drawing('image', {href: url, ...size, ...(tile < SMALL && {class: 'small'})}));
  return svg;
}
