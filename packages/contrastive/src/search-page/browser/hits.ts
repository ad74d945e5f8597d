import {element} from './elements.js';
import type {Engine, Shown} from './engine.js';

/** Images as buttons beside each other; each leads to those like it. */
export function drawHits(
  list: HTMLElement,
  engine: Engine,
  hits: readonly Shown[],
  choose: (image: number) => void,
): void {
  const items = hits.map(({image, name, similarity}) => {
    const button = element('button', 'hit', element('span', 'picture', engine.picture(image)));
    button.setAttribute('type', 'button');
    button.title = name;
    button.append(element('span', 'name', name));
    if (similarity !== undefined)
      button.append(element('span', 'similarity', element('span', 'unseen', 'similarity '), similarity.toFixed(3)));
    button.addEventListener('click', () => {
      choose(image);
    });
    return element('li', '', button);
  });
  list.replaceChildren(...items);
}
