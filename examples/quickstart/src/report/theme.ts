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
  right: '#1f9d6b',
  wrong: '#d9412f',
} as const;

/** The page in points; the PNG has `scale` times as many pixels each way. */
export const page = {width: 1280, margin: 64, gutter: 64, left: 600, scale: 2} as const;

/** Name of the packaged font, as the font files spell it. */
export const fontFamily = 'Inter';
