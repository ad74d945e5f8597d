import {createNearest, type Near} from '../quantised.js';
import type {SiteData, SiteModel} from '../site-data.js';
import type {OpenEncoder, PageEncoder} from './encoder.js';
import type {Engine, Shown} from './engine.js';
import {bytesOf, valueOf} from './scripts.js';
import {sprite} from './sprites.js';
import {sayWhyNot, startView} from './view.js';

/** Done at most once, when it is first asked for; again where it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    return made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
  };
}

const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1e6))} MB`;

async function openEncoder({weightParts}: SiteData): Promise<PageEncoder> {
  const open = await valueOf<OpenEncoder>('encoder');
  const [model, weights] = [await valueOf<SiteModel>('model'), await bytesOf('weights', weightParts)];
  const backend = new URLSearchParams(location.search).get('backend');
  return open({
    ...{model, weights: weights.buffer, wasm: () => bytesOf('wasm', 1)},
    ...(backend !== null && {backend}),
  });
}

async function start(): Promise<void> {
  const data = await valueOf<SiteData>('about');
  const {images, columns, names, cover, sheets, k} = data;
  const bank = once(async () => {
    const bytes = new Int8Array((await bytesOf('features', data.featureParts)).buffer);
    return {bytes, find: createNearest({data: bytes, rows: images, columns})};
  });
  let encoder: PageEncoder | undefined;
  const opened = once(async () => {
    encoder = await openEncoder(data);
    return encoder;
  });
  const shown = (image: number): Shown => ({image, name: names[image]});
  const found = (hits: readonly Near[]): Shown[] => hits.map(({row, similarity}) => ({...shown(row), similarity}));

  const engine: Engine = {
    about: data,
    async some(again) {
      if (!again) return cover.map(shown);
      const drawn = new Set<number>();
      while (drawn.size < cover.length) drawn.add(Math.floor(images * Math.random()));
      return Array.from(drawn, shown);
    },
    named: async image => names[image],
    async near(image) {
      const {bytes, find} = await bank();
      return found(find(bytes.subarray(image * columns, (image + 1) * columns), k, image));
    },
    async nearFile(file, say) {
      if (!encoder) say(`Loading the encoder once, ${megabytes(data.weightBytes)} …`);
      const [{features}, {find}] = await Promise.all([opened(), bank()]);
      say('Looking at the image …');
      await new Promise(resolve => setTimeout(resolve, 30)); // so that it is seen
      return found(find(await features(file), k));
    },
    picture(image) {
      const place = cover.indexOf(image);
      if (place >= 0) return sprite('cover.webp', sheets, place, cover.length);
      const sheet = Math.floor(image / sheets.perSheet);
      const inSheet = Math.min(sheets.perSheet, images - sheet * sheets.perSheet);
      return sprite(`sheet-${sheet}.webp`, sheets, image % sheets.perSheet, inSheet);
    },
  };
  startView(engine);
  bank().catch(() => undefined); // so that the first click is quick; whoever asks hears of what is wrong
}

start().catch(sayWhyNot);
