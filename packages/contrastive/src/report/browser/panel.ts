import type {Gallery} from '../data.js';
import {thumbnail, type Sprites} from './sprites.js';

/** Thumbnails in the list of neighbours, and the image that was chosen, in pixels. */
const edges = {near: 56, chosen: 96} as const;

/** The class of an image in words, where it has one. */
export function classOf({labels, classNames}: Gallery, image: number): string | undefined {
  const label = labels?.[image];
  return label === undefined ? undefined : (classNames?.[label] ?? String(label));
}

/** An element with text. */
function element(name: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Shows an image with its neighbours; each of them is a button that chooses it. */
export function showPanel(
  panel: HTMLElement,
  gallery: Gallery,
  sprites: Sprites,
  image: number,
  neighbours: readonly {readonly image: number; readonly similarity: number}[],
  choose: (image: number) => void,
): void {
  const own = classOf(gallery, image);
  const head = document.createElement('div');
  head.className = 'chosen';
  const words = document.createElement('div');
  words.append(element('strong', gallery.names[image], 'name'));
  if (own !== undefined) words.append(element('span', own));
  head.append(thumbnail(sprites, image, edges.chosen, gallery.names[image]), words);
  const list = document.createElement('ol');
  for (const {image: other, similarity} of neighbours) {
    const label = classOf(gallery, other);
    const button = document.createElement('button');
    button.type = 'button';
    button.title = gallery.names[other];
    button.className = own === undefined || label === own ? 'same' : 'other';
    button.append(thumbnail(sprites, other, edges.near, gallery.names[other]));
    if (label !== undefined) button.append(element('span', label));
    button.append(element('small', similarity.toFixed(2)));
    button.addEventListener('click', () => {
      choose(other);
    });
    const item = document.createElement('li');
    item.append(button);
    list.append(item);
  }
  panel.replaceChildren(head, element('p', 'Nearest, with their cosine similarity:', 'note'), list);
}
