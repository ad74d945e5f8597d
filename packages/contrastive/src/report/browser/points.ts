/** Where points of a map lie. */
export interface Points {
  /** From the left. */
  readonly x: readonly number[];
  /** From the top. */
  readonly y: readonly number[];
}

/**
 * The point that is nearest to a place of the map and no farther than `reach`; −1 where there is none. Ten thousand
 * points are looked through in less than a frame.
 *
 * @param isShown Whether a point counts.
 */
export function nearestPoint(
  {x, y}: Points,
  px: number,
  py: number,
  reach: number,
  isShown: (i: number) => boolean,
): number {
  let [best, least] = [-1, reach * reach];
  for (let i = 0; i < x.length; i++) {
    const square = (x[i] - px) ** 2 + (y[i] - py) ** 2;
    if (square <= least && isShown(i)) [best, least] = [i, square];
  }
  return best;
}

/** Where arrow keys lead. */
export const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * The point that comes next in a direction: the nearest within a right angle about it, what lies aside counting double;
 * `from` itself, where one is, if there is none. Only points that are shown count.
 */
export function pointTowards(
  {x, y}: Points,
  from: number,
  [dx, dy]: readonly [number, number],
  isShown: (i: number) => boolean,
): number {
  let [best, least] = [from, Infinity];
  for (let i = 0; i < x.length; i++) {
    if (i === from || !isShown(i)) continue;
    const along = (x[i] - x[from]) * dx + (y[i] - y[from]) * dy;
    const aside = Math.abs((x[i] - x[from]) * dy) + Math.abs((y[i] - y[from]) * dx);
    if (along <= 0 || aside > along) continue;
    const cost = along + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}
