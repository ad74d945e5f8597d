import type {Source} from '@contrastive/data';
import type {Indexed} from '../../data/feature-index.js';
import type {Data} from '../../data/open-data.js';
import {thumbnail} from '../../data/thumbnails.js';
import {spread} from '../agreement.js';
import type {About, Shown} from '../browser/engine.js';
import type {Finder} from '../finder.js';
import {servedPage} from '../shell.js';
import type {Answers} from './handle.js';

/** Edge of a picture, in pixels: twice that of the page, for sharp screens. */
const EDGE = 288;

/** Pictures that are kept, of about 15 kB. */
const KEPT = 1000;

/** Images to begin with. */
const SOME = 24;

/** What may not be read for a while is not asked for again and again: it is kept too, as undefined. */
function keeping(make: (image: number) => Promise<Uint8Array | undefined>): Answers['thumbnail'] {
  const kept = new Map<number, Promise<Uint8Array | undefined>>();
  return image => {
    const found = kept.get(image) ?? make(image);
    kept.delete(image);
    kept.set(image, found); // the last that was asked for
    found.catch(() => kept.delete(image));
    const [oldest] = kept.keys();
    if (kept.size > KEPT) kept.delete(oldest);
    return found;
  };
}

/** Images that are drawn, each once. */
function drawn(images: number, count: number): number[] {
  const found = new Set<number>();
  while (found.size < Math.min(images, count)) found.add(Math.floor(images * Math.random()));
  return [...found];
}

/** Makes what requests are answered with. */
export function createAnswers(about: About, finder: Finder, bank: Indexed, {source}: Data<Source>): Answers {
  const {size} = source;
  const edge = size && size[0] === size[1] ? Math.min(EDGE, size[0]) : EDGE;
  const shown = (images: readonly number[]): Shown[] => images.map(image => finder.shown(image));
  return {
    page: servedPage(),
    about,
    finder,
    thumbnail: keeping(image => thumbnail(source, bank.indices[image], edge)),
    some: () => shown(spread(about.images, SOME)),
    others: () => shown(drawn(about.images, SOME)),
  };
}
