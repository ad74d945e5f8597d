/** What of a map is seen: a point of the map that stands in the middle, and how many pixels its unit takes. */
export interface Camera {
  /** From the left of the map. */
  readonly x: number;
  /** From its top. */
  readonly y: number;
  /** Pixels of a unit of the map. */
  readonly scale: number;
}

/** The size of a frame in pixels. */
export interface Frame {
  /** From left to right. */
  readonly width: number;
  /** From top to bottom. */
  readonly height: number;
}

/** Pixels between the outermost points and the frame, when all are shown. */
const MARGIN = 24;

/** Pixels at the right that the buttons take. */
const BUTTONS = 48;

/** How many times closer than all of the map one can come. */
const CLOSEST = 60;

/** The camera that shows a box of the map, of which the larger side fits beside the buttons. */
export function showAll(width: number, height: number, frame: Frame): Camera {
  const room = {width: frame.width - 2 * MARGIN - BUTTONS, height: frame.height - 2 * MARGIN};
  const scale = Math.max(1, Math.min(room.width / (width || 1), room.height / (height || 1)));
  return {x: width / 2 + BUTTONS / 2 / scale, y: height / 2, scale};
}

/** Where a point of the map stands in the frame, in pixels. */
export const toFrame = ({x, y, scale}: Camera, frame: Frame, px: number, py: number): readonly [number, number] => [
  frame.width / 2 + (px - x) * scale,
  frame.height / 2 + (py - y) * scale,
];

/** The point of the map at a place of the frame. */
export const toMap = ({x, y, scale}: Camera, frame: Frame, fx: number, fy: number): readonly [number, number] => [
  x + (fx - frame.width / 2) / scale,
  y + (fy - frame.height / 2) / scale,
];

/** Comes closer by a factor, the point at a place of the frame staying where it is. */
export function zoomAt(camera: Camera, frame: Frame, factor: number, fx: number, fy: number, whole: number): Camera {
  const scale = Math.min(CLOSEST * whole, Math.max(0.5 * whole, camera.scale * factor));
  const [x, y] = toMap(camera, frame, fx, fy);
  return {x: x - (fx - frame.width / 2) / scale, y: y - (fy - frame.height / 2) / scale, scale};
}

/** Moves what is seen by pixels. */
export const moveBy = ({x, y, scale}: Camera, dx: number, dy: number): Camera => ({
  x: x - dx / scale,
  y: y - dy / scale,
  scale,
});
