/** Colours of the report: one accent for what was trained, quiet tones for what it is compared with. */
export const colors = {
  paper: '#fdfcfa',
  ink: '#1c2230',
  muted: '#6a7180',
  rule: '#e4e1da',
  grid: '#ece9e2',
  trained: '#2f55d4',
  untrained: '#8d96a8',
  raw: '#c98a1b',
  supervised: '#8a3f9e',
  right: '#1f9d6b',
  wrong: '#d9412f',
} as const;

/** What is drawn in which colour. */
export type Palette = Readonly<Record<keyof typeof colors, string>>;

/** The same for pages of light letters on dark. */
export const darkColors: Palette = {
  paper: '#14181f',
  ink: '#eceff4',
  muted: '#9aa3b2',
  rule: '#2d3440',
  grid: '#252b36',
  trained: '#7f9cff',
  untrained: '#8d96a8',
  raw: '#e0a93f',
  supervised: '#c98be0',
  right: '#3fbf8a',
  wrong: '#f0705f',
};

const channelsOf = (color: string): number[] => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));

/** A colour between two, as `#rrggbb`: the first at 0, the second at 1. */
export function mixed(from: string, to: string, share: number): string {
  const [first, second] = [channelsOf(from), channelsOf(to)];
  const between = first.map((value, i) => Math.round(value + share * (second[i] - value)));
  return `#${between.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, in [0, 1] (WCAG 2). */
function luminance(color: string): number {
  const [red, green, blue] = channelsOf(color).map(value => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How far two colours are apart for the eye, from 1 to 21 (WCAG 2). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
