/** What a training may be told. */
export interface Settings {
  /** How it learns. */
  readonly method: 'simclr' | 'moco-v2';
  /** Pixels of a view, each way. */
  readonly size: number;
  /** Images of a step, each in two views. */
  readonly batchSize: number;
  /** Updates in all. */
  readonly steps: number;
  /** Decides every random number. */
  readonly seed: number;
}

/** The backends of pages, the fastest first. */
export const backends = {webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly'} as const;

/** A backend of pages. */
export type PageBackend = keyof typeof backends;

/** Fewer images have too little to be told apart from. */
const LEAST_IMAGES = 8;

/** What each number may be. */
export const ranges = {
  size: [16, 96],
  batchSize: [4, 512],
  steps: [1, 20_000],
  seed: [0, 999_999],
} as const satisfies Readonly<Partial<Record<keyof Settings, readonly [least: number, most: number]>>>;

const names: Readonly<Record<keyof typeof ranges, string>> = {
  size: 'Pixels',
  batchSize: 'Batch',
  steps: 'Steps',
  seed: 'Seed',
};

/** What is there to train on. */
interface Given {
  readonly images: number;
  /** Of the smallest image, the shorter side. */
  readonly side: number;
}

/**
 * Settings that suit a backend and images: on a processor fewer and smaller ones a step, so that there is something to
 * see within minutes; never larger views than the images are.
 */
export function defaultSettings(backend: PageBackend, {images, side}: Given): Settings {
  const quick = backend !== 'wasm';
  const [least, most] = ranges.size;
  return {
    method: 'simclr',
    size: Math.max(least, Math.min(side, quick ? 48 : 32, most)),
    batchSize: Math.max(ranges.batchSize[0], Math.min(quick ? 64 : 32, images)),
    steps: quick ? 600 : 300,
    seed: 1,
  };
}

/** What is wrong with settings for so many images, as a sentence that says what to do; undefined where nothing is. */
export function problemOf(settings: Settings, images: number): string | undefined {
  if (images < LEAST_IMAGES) {
    const given = images === 1 ? 'This is 1 image' : `These are ${images} images`;
    return `${given}, and a training needs at least ${LEAST_IMAGES}, to tell them apart: give more at once.`;
  }
  for (const key of ['size', 'batchSize', 'steps', 'seed'] as const) {
    const [least, most] = ranges[key];
    const value = settings[key];
    if (!Number.isInteger(value) || value < least || value > most)
      return `${names[key]} must be a whole number from ${least} to ${most}.`;
  }
  const {batchSize} = settings;
  if (batchSize <= images) return undefined;
  return `A batch of ${batchSize} needs as many images, and here are ${images}: take a smaller batch, or give more.`;
}
