import {createRequire} from 'node:module';
import {renderAsync} from '@resvg/resvg-js';
import {colors, fontFamily, page} from './theme.js';

const {resolve} = createRequire(import.meta.url);
const fontFiles = [
  '400Regular/Inter_400Regular.ttf',
  '500Medium/Inter_500Medium.ttf',
  '600SemiBold/Inter_600SemiBold.ttf',
].map(file => resolve(`@expo-google-fonts/inter/${file}`));

/** Renders SVG to PNG with the packaged font alone, so that the result is the same where no fonts are installed. */
export async function renderPng(svg: string): Promise<Buffer> {
  const rendered = await renderAsync(svg, {
    font: {loadSystemFonts: false, fontFiles, defaultFontFamily: fontFamily},
    fitTo: {mode: 'zoom', value: page.scale},
    background: colors.paper,
  });
  return rendered.asPng();
}
