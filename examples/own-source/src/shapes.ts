import {createRandom, type Pixels} from '@contrastive/augment';

/** A shape where |u| and |v| are at most 1: what of it is inside. */
type Shape = (u: number, v: number) => boolean;

const shapes: Readonly<Record<string, Shape>> = {
  disc: (u, v) => u * u + v * v < 0.8,
  square: (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 0.75,
  triangle: (u, v) => v < 0.7 && v > 2 * Math.abs(u) - 0.9,
  cross: (u, v) => Math.min(Math.abs(u), Math.abs(v)) < 0.25 && Math.max(Math.abs(u), Math.abs(v)) < 0.9,
};

/** Names of the shapes. */
export const names = Object.keys(shapes);

/** Which shape is on image `index`. */
export const labelOf = (index: number): number => index % names.length;

/**
 * Image `index`: a shape somewhere, of some size, turned and lit at random, in noise. Yours may come from a
 * camera, a database or a file format of your own: what counts is that the bytes are a function of the index.
 */
export function draw(index: number, size: number, seed: number): Pixels {
  const random = createRandom(seed, index);
  const inside = shapes[names[labelOf(index)]];
  const [ground, ink] = [random.uniform(0, 80), random.uniform(160, 255)];
  const radius = random.uniform(0.25, 0.45) * size;
  const [x, y] = [random.uniform(radius, size - radius), random.uniform(radius, size - radius)];
  const angle = random.uniform(0, 2 * Math.PI);
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const data = new Uint8ClampedArray(size * size); // rounds
  for (let at = 0; at < size * size; at++) {
    const [dx, dy] = [(at % size) - x, Math.floor(at / size) - y];
    data[at] = (inside(cos * dx + sin * dy, cos * dy - sin * dx) ? ink : ground) + 20 * random.normal();
  }
  return {data, height: size, width: size, channels: 1};
}
