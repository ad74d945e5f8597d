import {element} from './elements.js';
import type {Engine, Shown} from './engine.js';

/** How similar an image is, as a number and a bar. */
function meter(similarity: number): HTMLElement {
  const bar = element('b', '');
  bar.style.width = `${Math.round(100 * Math.max(0, similarity))}%`;
  const line = element('i', '', bar);
  line.setAttribute('aria-hidden', 'true');
  const unseen = element('span', 'unseen', 'similarity ');
  return element('span', 'similarity', element('span', '', unseen, similarity.toFixed(3)), line);
}

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
    if (similarity !== undefined) button.append(meter(similarity));
    button.addEventListener('click', () => {
      choose(image);
    });
    return element('li', '', button);
  });
  list.replaceChildren(...items);
}
