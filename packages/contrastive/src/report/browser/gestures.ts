/** What pointers and wheels do to a map, in pixels of its frame. */
export interface Gestures {
  /** It is dragged. */
  move(dx: number, dy: number): void;
  /** It is zoomed by a factor about a place. */
  zoom(factor: number, x: number, y: number): void;
  /** A pointer is over it. */
  hover(x: number, y: number): void;
  /** The pointer left. */
  leave(): void;
  /** A place was clicked. */
  click(x: number, y: number): void;
}

/** Pixels that a hand moves without meaning it. */
const STILL = 5;

/**
 * Listens to pointers: one drags or clicks, two zoom. The wheel zooms a map that has the focus, else the page scrolls.
 */
export function listenTo(canvas: HTMLElement, gestures: Gestures): void {
  const down = new Map<number, {x: number; y: number}>();
  let travelled = 0;
  const place = (event: MouseEvent) => {
    const {left, top} = canvas.getBoundingClientRect();
    return {x: event.clientX - left, y: event.clientY - top};
  };
  const spread = (): number => {
    const [a, b] = [...down.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, place(event));
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    const now = place(event);
    const before = down.get(event.pointerId);
    if (!before) {
      if (event.pointerType === 'mouse') gestures.hover(now.x, now.y);
      return;
    }
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (down.size === 1) {
      if (travelled > STILL) gestures.move(now.x - before.x, now.y - before.y);
      down.set(event.pointerId, now);
      return;
    }
    const apart = spread();
    down.set(event.pointerId, now);
    const [a, b] = [...down.values()];
    if (apart > 0) gestures.zoom(spread() / apart, (a.x + b.x) / 2, (a.y + b.y) / 2);
  });
  const up = (event: PointerEvent): void => {
    const was = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (was && event.type === 'pointerup' && down.size === 0 && travelled <= STILL) gestures.click(was.x, was.y);
  };
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  canvas.addEventListener('pointerleave', () => {
    gestures.leave();
  });
  canvas.addEventListener(
    'wheel',
    event => {
      if (document.activeElement !== canvas && !event.ctrlKey) return;
      event.preventDefault();
      const {x, y} = place(event);
      gestures.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 80 : 400)), x, y);
    },
    {passive: false},
  );
}
