import {colors} from './theme.js';

/** How a line of text is set. */
interface TextStyle {
  /** Font size in points. */
  readonly size?: number;
  /** 400, 500 or 600. */
  readonly weight?: 400 | 500 | 600;
  /** Fill colour. */
  readonly fill?: string;
  /** Which end of the text stands at `x`. */
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Escapes the characters that XML reserves. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** One line of text with its baseline at `y`. */
export function text(
  x: number,
  y: number,
  content: string,
  {size = 13, weight = 400, fill = colors.ink, anchor = 'start'}: TextStyle = {},
): string {
  return (
    `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" ` +
    `text-anchor="${anchor}">${escapeXml(content)}</text>`
  );
}

/** A thin horizontal line. */
export function rule(x: number, y: number, width: number, stroke: string = colors.rule): string {
  return `<line x1="${x}" x2="${x + width}" y1="${y}" y2="${y}" stroke="${stroke}" stroke-width="1"/>`;
}

/** Moves what is inside by (`x`, `y`). */
export function at(x: number, y: number, ...content: string[]): string {
  return `<g transform="translate(${x},${y})">${content.join('')}</g>`;
}

/** Heading and one line of explanation over a section; the section's content begins at `sectionTop`. */
export function heading(title: string, note: string): string {
  return text(0, 16, title, {size: 18, weight: 600}) + text(0, 38, note, {size: 13, fill: colors.muted});
}

/** Height that `heading` takes, with the space under it. */
export const sectionTop = 58;
