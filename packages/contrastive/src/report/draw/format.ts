const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumSignificantDigits: 3});
const plain = new Intl.NumberFormat('en', {maximumSignificantDigits: 4});

/** A whole number with separators: `10,000`. */
export const count = (value: number): string => whole.format(value);

/** A number and what it counts, `1 image`, `2 images`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share as percent with a digit: `72.6 %`, in no more than one line. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

/** The ends of an interval of shares, `71.7–73.5`. */
export const percents = (low: number, high: number): string => `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;

/** A number in four digits; very small ones with a power of ten. */
export const number = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(2) : plain.format(value);

/** A number at an axis: `1.5K`. */
export const tick = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(0) : compact.format(value);

/** Bytes, `1.4 MB`. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${compact.format(value / 1000 ** power)} ${units[power]}`;
}

/** A span of time in words: `48 s`, `3 min`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${count(hours)} h` : `${count(hours)} h ${rest} min`;
}

/** Words as they begin a heading. */
export const capital = (words: string): string => words.replace(/^./u, first => first.toUpperCase());
