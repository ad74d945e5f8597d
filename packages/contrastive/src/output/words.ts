/** A number of seconds as people say it: `8 s`, `3 min 52 s`, `1 h 4 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A count with separators: `10,000`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** So many of something: `1 image`, `2,000 images`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A fraction in percent, with one digit: `84.7 %`. */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** A number with as many digits as matter: `0.3`, `0.0012`. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));

/** Bytes as people say them: `3.2 MB`. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${power === 0 ? value : (value / 1000 ** power).toFixed(1)} ${units[power]}`;
}
