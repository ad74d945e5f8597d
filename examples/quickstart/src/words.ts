/** A number of seconds as people say it: `8 s`, `3 min 52 s`, `1 h 4 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** A count with separators: `10,000`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Percent with one digit: `84.7 %`. */
export function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
