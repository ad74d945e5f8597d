import {createRequire} from 'node:module';
import {recipeOf, viewSize} from '@contrastive/augment';
import type {EncodedImage, ViewsBytes, ViewsRequest} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';
import type {Piscina} from 'piscina';
import type {DecodeOptions} from './decode.js';

/** What turns encoded images into views: in worker threads, or in this one. */
export interface Decoders {
  /**
   * Views of the given images; `request.keys[i]` belongs to `images[i]`. An image that cannot be used is reported in
   * the result, it throws nothing.
   */
  views(images: readonly EncodedImage[], request: Omit<ViewsRequest, 'indices'>): Promise<ViewsBytes>;
  /** Ends the workers; a later call of `views` starts new ones. */
  close(): Promise<void>;
}

/** Options of `createDecoders`. */
export interface DecodersOptions extends DecodeOptions {
  /** How many threads make views; with 0 this one does. */
  readonly workers: number;
}

/** What a worker is asked for: the views of some images, by augmentations whose recipes come as JSON. */
export interface DecodeTask extends Omit<ViewsRequest, 'indices' | 'augments'> {
  readonly images: readonly EncodedImage[];
  readonly recipes: readonly string[];
  readonly options: DecodeOptions;
}

/**
 * Creates what makes views of encoded images, in worker threads: each batch is split among them, and batches asked for
 * ahead wait at the workers, which therefore go on while this thread is busy. Idle workers do not keep the process
 * alive. The views are the same with any number of workers.
 *
 * An augmentation with an operation of one's own has no recipe and cannot be sent to a worker: this thread then makes
 * the views, and decodes.
 *
 * `views` rejects with a RangeError when an augmentation's views have no size of their own, and with an Error when a
 * worker fails; called again, it begins with new ones.
 */
export function createDecoders({channels, mostPixels, workers}: DecodersOptions): Decoders {
  const options = {channels, mostPixels};
  const running = new Set<Promise<ViewsBytes>>();
  let pool: Pool | undefined;

  const inWorkers = async (
    images: readonly EncodedImage[],
    {keys, stream}: Omit<ViewsRequest, 'indices'>,
    recipes: readonly string[],
  ): Promise<ViewsBytes> => {
    const own = (pool ??= {piscina: startPool(workers)});
    try {
      const piscina = await own.piscina;
      return joined(
        await Promise.all(
          split(images.length, workers).map(async ([from, to]) => {
            const task: DecodeTask = {
              images: images.slice(from, to).map(compact),
              keys: keys.slice(from, to),
              stream,
              recipes,
              options,
            };
            return {from, result: await (piscina.run(task) as Promise<ViewsBytes>)}; // as the worker returns
          }),
        ),
      );
    } catch (error) {
      own.cause ??= error; // what others meet follows from it
      if (pool === own) pool = undefined;
      await ended(own);
      const reason = reasonOf(own.cause);
      const advice = /worker exited|terminat/i.test(reason)
        ? '; if memory ran out, use fewer workers or lower mostPixels'
        : '';
      throw new Error(`views: expected worker threads that decode images, got one that failed (${reason})${advice}.`, {
        cause: own.cause,
      });
    }
  };

  return {
    async views(images, request) {
      const recipes = request.augments
        .map(augment => viewSize(augment) && recipeOf(augment))
        .map(recipe => recipe && JSON.stringify(recipe));
      if (workers === 0 || images.length === 0 || !recipes.every(recipe => recipe !== undefined)) {
        const {makeViews} = await import('./make-views.js');
        return makeViews(images, request, options);
      }
      const result = inWorkers(images, request, recipes);
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    async close() {
      const own = pool;
      pool = undefined; // what is asked for from now on begins with a new one
      await Promise.allSettled(running);
      if (own) await ended(own);
    },
  };
}

/** Workers, and why they failed, if they did. */
interface Pool {
  readonly piscina: Promise<Piscina>;
  cause?: unknown;
}

/** Ends the workers, if they ever began. */
async function ended({piscina}: Pool): Promise<void> {
  await (await piscina.catch(() => undefined))?.destroy();
}

/** Starts all workers. */
async function startPool(workers: number): Promise<Piscina> {
  await import('sharp'); // before any worker, as its documentation asks, so that its libraries outlive them
  const {Piscina} = await import('piscina');
  const piscina = new Piscina({
    filename: createRequire(import.meta.url).resolve('@contrastive/image-files/worker'),
    minThreads: workers,
    maxThreads: workers,
    // Tasks go to a worker at once, instead of waiting for this thread to learn that one is free; and the worker's loop
    // must turn while it decodes.
    concurrentTasksPerWorker: Infinity,
    atomics: 'disabled',
    recordTiming: false,
  });
  piscina.on('error', () => undefined); // an idle worker that ended is replaced
  return piscina;
}

/** At most `parts` stretches of about the same length, `[from, to)`. */
function split(length: number, parts: number): [from: number, to: number][] {
  const count = Math.min(length, parts);
  return Array.from({length: count}, (_, i) => [
    Math.floor((i * length) / count),
    Math.floor(((i + 1) * length) / count),
  ]);
}

/** An image with bytes of its own: sending a part of a buffer would send all of it. */
function compact(image: EncodedImage): EncodedImage {
  return image.bytes && image.bytes.length < image.bytes.buffer.byteLength
    ? {...image, bytes: new Uint8Array(image.bytes)}
    : image;
}

/** One batch of its stretches, of which each begins `from` an image on. */
function joined(parts: readonly {readonly from: number; readonly result: ViewsBytes}[]): ViewsBytes {
  const [{result}] = parts;
  if (parts.length === 1) return result;
  return {
    sizes: result.sizes,
    views: result.views.map((_, view) => concatenated(parts.map(part => part.result.views[view]))),
    bad: parts.flatMap(({from, result: {bad}}) => bad.map(image => ({...image, position: from + image.position}))),
  };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
