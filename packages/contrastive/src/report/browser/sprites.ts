import type {Gallery} from '../data.js';

/** Thumbnails that can be drawn. */
export interface Sprites {
  /** Draws the thumbnail of an image into a square; does nothing until its sheet is there. */
  draw(context: CanvasRenderingContext2D, image: number, left: number, top: number, edge: number): void;
  /** When all sheets are there. */
  readonly ready: Promise<unknown>;
}

/** Loads the sheets of a gallery. */
export function createSprites({sheets, perSheet, columns, tile}: Gallery): Sprites {
  const images = sheets.map(uri => {
    const image = new Image();
    image.src = uri;
    return image;
  });
  return {
    draw(context, image, left, top, edge) {
      const sheet = images[Math.floor(image / perSheet)] as HTMLImageElement | undefined;
      if (!sheet?.complete) return;
      const at = image % perSheet;
      const [sx, sy] = [(at % columns) * tile, Math.floor(at / columns) * tile];
      context.imageSmoothingEnabled = edge < 2 * tile; // pixels of small images stay sharp
      context.drawImage(sheet, sx, sy, tile, tile, left, top, edge, edge);
    },
    ready: Promise.allSettled(images.map(image => image.decode())),
  };
}

/** A thumbnail as an element of its own. */
export function thumbnail(sprites: Sprites, image: number, edge: number, label: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const pixels = Math.round(edge * Math.min(3, window.devicePixelRatio || 1));
  [canvas.width, canvas.height] = [pixels, pixels];
  canvas.style.width = canvas.style.height = `${edge}px`;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  const context = canvas.getContext('2d');
  if (context)
    void sprites.ready.then(() => {
      sprites.draw(context, image, 0, 0, pixels);
    });
  return canvas;
}
