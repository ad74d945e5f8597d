import {toFrame, type Camera, type Frame} from './camera.js';
import type {Points} from './points.js';
import type {Sprites} from './sprites.js';

/** Everything that a map shows at a moment. */
export interface Scene {
  /** Where images lie. */
  readonly points: Points;
  /** What is seen. */
  readonly camera: Camera;
  /** Its size. */
  readonly frame: Frame;
  /** Class of each image, where known. */
  readonly labels?: readonly number[] | undefined;
  /** Whether an image is shown plainly; others are faint. */
  readonly isShown: (image: number) => boolean;
  /** The image that was chosen, −1 for none. */
  readonly chosen: number;
  /** Its neighbours. */
  readonly neighbours: readonly number[];
  /** The image that the keys or the pointer are at, −1 for none. */
  readonly at: number;
  /** Draws thumbnails. */
  readonly sprites: Sprites;
}

/** Images in sight up to which thumbnails take the place of dots. */
const MOST_THUMBNAILS = 160;

/** Edge of a thumbnail on the map, of the chosen one's neighbours, and of the chosen one, in pixels. */
const edges = {plain: 36, near: 44, chosen: 56} as const;

/** Colours of classes, of which there are ten. */
const CLASSES = 10;

/** The colours of the style sheet as they are now: the scheme may change, also for printing. */
function colorsOf(canvas: HTMLElement) {
  const style = getComputedStyle(canvas);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    accent: of('--accent'),
    ink: of('--ink'),
    paper: of('--paper'),
    faint: of('--line'),
    classes: Array.from({length: CLASSES}, (_, i) => of(`--class-${i}`)),
  };
}

/** Draws a map. */
export function paint(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const {points, camera, frame, labels, isShown, chosen, neighbours, at, sprites} = scene;
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, frame.width, frame.height);
  const colors = colorsOf(canvas);
  const colorOf = (image: number): string => (labels ? colors.classes[labels[image] % CLASSES] : colors.accent);
  const place = (image: number) => toFrame(camera, frame, points.x[image], points.y[image]);
  const visible: number[] = [];
  for (let image = 0; image < points.x.length; image++) {
    const [x, y] = place(image);
    if (x > -edges.near && y > -edges.near && x < frame.width + edges.near && y < frame.height + edges.near)
      visible.push(image);
  }
  const plain = visible.filter(isShown);
  const asPictures = plain.length <= MOST_THUMBNAILS;

  const dot = (image: number, radius: number): void => {
    const [x, y] = place(image);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  };
  const picture = (image: number, edge: number, border: string, thick: number): void => {
    const [x, y] = place(image);
    context.fillStyle = border;
    context.fillRect(x - edge / 2 - thick, y - edge / 2 - thick, edge + 2 * thick, edge + 2 * thick);
    sprites.draw(context, image, x - edge / 2, y - edge / 2, edge);
  };

  context.fillStyle = colors.faint;
  for (const image of visible) if (!isShown(image)) dot(image, 1.75);
  const radius = points.x.length > 3000 ? 2 : points.x.length > 600 ? 2.75 : 3.5;
  context.globalAlpha = chosen >= 0 && !asPictures ? 0.35 : 0.85;
  for (const image of plain) {
    context.fillStyle = colorOf(image);
    if (asPictures) picture(image, edges.plain, colorOf(image), 1.5);
    else dot(image, radius);
  }
  context.globalAlpha = 1;
  if (chosen >= 0) {
    const [x, y] = place(chosen);
    context.strokeStyle = colors.ink;
    context.lineWidth = 1;
    for (const image of neighbours) {
      const [nx, ny] = place(image);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(nx, ny);
      context.stroke();
    }
    for (const image of [...neighbours].reverse()) {
      const [nx, ny] = place(image);
      context.fillStyle = colors.ink;
      // So near that pictures would hide each other, they are dots; the panel shows them.
      if (Math.hypot(nx - x, ny - y) < edges.chosen) {
        dot(image, radius + 2.5);
        context.fillStyle = colorOf(image);
        dot(image, radius + 1);
      } else picture(image, edges.near, colorOf(image), 2);
    }
    if (asPictures) picture(chosen, edges.chosen, colors.ink, 2.5);
    else {
      context.fillStyle = colors.ink;
      dot(chosen, radius + 5);
      context.fillStyle = colorOf(chosen);
      dot(chosen, radius + 2.5);
    }
  }
  if (at < 0) return;
  const [x, y] = place(at);
  context.strokeStyle = colors.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, at === chosen || asPictures ? 0.8 * edges.plain : 8, 0, 2 * Math.PI);
  context.stroke();
}
