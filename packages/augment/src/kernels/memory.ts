import {MODULE, SIZE} from './module.js';
import {unpack} from './unpack.js';

/** The pixel loops, as `assembly/` documents them: places are addresses in bytes, sizes are in pixels. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly horizontal: (
    bytes: number,
    rows: number,
    width: number,
    channels: number,
    scratch: number,
    first: number,
    weights: number,
    taps: number,
    out: number,
    size: number,
    outRows: number,
  ) => void;
  readonly horizontalRow: (
    row: number,
    first: number,
    weights: number,
    taps: number,
    out: number,
    size: number,
  ) => void;
  readonly vertical: (
    planes: number,
    rows: number,
    width: number,
    channels: number,
    first: number,
    weights: number,
    taps: number,
    stride: number,
    out: number,
    size: number,
  ) => void;
  readonly blur: (
    planes: number,
    height: number,
    width: number,
    channels: number,
    taps: number,
    radius: number,
    border: number,
    scratch: number,
  ) => void;
  readonly fromBytes: (bytes: number, count: number, channels: number, planes: number, stride: number) => void;
  readonly toBytes: (planes: number, count: number, channels: number, bytes: number) => void;
  readonly scale: (at: number, count: number, factor: number, offset: number) => void;
  readonly sum: (at: number, count: number) => number;
  readonly blendGrey: (at: number, count: number, factor: number) => void;
  readonly solarize: (at: number, count: number, threshold: number) => void;
  readonly shiftHue: (at: number, count: number, shift: number) => void;
  readonly scaleSaturation: (at: number, count: number, factor: number) => void;
}

const PAGE = 65536;
/** Loads and stores of 16 bytes may reach beyond the last number. */
const SLACK = 64;

function load(): Kernels {
  const packed = Uint8Array.from(atob(MODULE), character => character.charCodeAt(0));
  const {exports}: {exports: object} = new WebAssembly.Instance(new WebAssembly.Module(unpack(packed, SIZE)));
  return exports as Kernels; // what assembly/index.ts exports
}

let loaded: Kernels | undefined;
/** The first free byte of the memory, which is used as a stack. */
let top = PAGE;

/** The pixel loops, compiled at the first call. */
export function kernels(): Kernels {
  return (loaded ??= load());
}

/**
 * Takes `bytes` bytes from the memory, until the end of the `scratch` around; may grow it, which detaches all arrays
 * that lie in it.
 */
export function reserve(bytes: number): number {
  const at = top;
  const end = at + Math.ceil((bytes + SLACK) / 16) * 16;
  const {memory} = kernels();
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) {
    try {
      memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new RangeError(
        `view: expected an image for which there is memory, got one that needs ${bytes} bytes more; use smaller ` +
          'images, or let them be reduced while they are decoded.',
        {cause},
      );
    }
  }
  top = end;
  return at;
}

/** Does some work and gives back what it reserved. */
export function scratch<T>(work: () => T): T {
  const mark = top;
  try {
    return work();
  } finally {
    top = mark;
  }
}

/** `count` numbers in the memory; valid until it grows. */
export const floats = (at: number, count: number): Float32Array => new Float32Array(kernels().memory.buffer, at, count);

/** `count` integers in the memory; valid until it grows. */
export const integers = (at: number, count: number): Int32Array => new Int32Array(kernels().memory.buffer, at, count);

/** `count` bytes in the memory; valid until it grows. */
export const octets = (at: number, count: number): Uint8Array => new Uint8Array(kernels().memory.buffer, at, count);
