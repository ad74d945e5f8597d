import {createRequire} from 'node:module';
import type {Pixels} from '@contrastive/augment';
import {renderAsync} from '@resvg/resvg-js';
import sharp from 'sharp';
import {colors, type Palette} from './palette.js';

/** The page in points; the PNG has `scale` times as many pixels each way. */
export const page = {width: 1280, margin: 64, gutter: 64, left: 600, scale: 2} as const;

/** Name of the packaged font, as the font files spell it. */
export const fontFamily = 'Inter';

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

/** A whole page of this size, in points, for `renderPng`. */
export function document(width: number, height: number, content: string, palette: Palette = colors): string {
  const size = `width="${width}" height="${height}"`;
  const paper = `<rect ${size} fill="${palette.paper}"/>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" ` +
    `font-family="${fontFamily}">${paper}${content}</svg>`
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
export function heading(title: string, note: string, {ink, muted}: Pick<Palette, 'ink' | 'muted'> = colors): string {
  return text(0, 16, title, {size: 18, weight: 600, fill: ink}) + text(0, 38, note, {size: 13, fill: muted});
}

/** Height that `heading` takes, with the space under it. */
export const sectionTop = 58;

/** An SVG image `size` points wide and high, with every pixel of the picture kept as a sharp square. */
export async function image(picture: Pixels, x: number, y: number, size: number): Promise<string> {
  const {height, width, channels, data: bytes} = picture;
  const edge = size * page.scale;
  const png = await sharp(bytes, {raw: {height, width, channels}})
    .resize(edge, edge, {kernel: 'nearest', fit: 'fill'})
    .png()
    .toBuffer();
  const data = `data:image/png;base64,${png.toString('base64')}`;
  return `<image x="${x}" y="${y}" width="${size}" height="${size}" image-rendering="optimizeSpeed" href="${data}"/>`;
}

const {resolve} = createRequire(import.meta.url);
const fontFiles = [
  '400Regular/Inter_400Regular.ttf',
  '500Medium/Inter_500Medium.ttf',
  '600SemiBold/Inter_600SemiBold.ttf',
].map(file => resolve(`@expo-google-fonts/inter/${file}`));

/**
 * Renders SVG to PNG with the packaged font, so that the result is the same where no fonts are installed.
 *
 * @param systemFonts Whether letters that it lacks are looked for among the fonts of the system.
 */
export async function renderPng(svg: string, systemFonts = false): Promise<Buffer> {
  const rendered = await renderAsync(svg, {
    font: {loadSystemFonts: systemFonts, fontFiles, defaultFontFamily: fontFamily},
    fitTo: {mode: 'zoom', value: page.scale},
    background: colors.paper,
  });
  return rendered.asPng();
}
