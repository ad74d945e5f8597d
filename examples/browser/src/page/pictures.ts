import type {Look, Near, Neighbourhood, Pair, Picture} from '../messages.js';
import {element} from './elements.js';

/** Pictures of fewer pixels are drawn with sharp pixels, so that they do not blur. */
const SMALL = 64;

/** A picture, with words for those who do not see it. */
export function drawn({data, width, height}: Picture, name: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', name);
  canvas.title = name;
  canvas.classList.toggle('small', Math.min(width, height) < SMALL);
  return canvas;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

const drawPair = ({image, first, second}: Pair): HTMLElement =>
  element(
    'li',
    '',
    drawn(image, 'an image'),
    element('span', 'views', drawn(first, 'one view of it'), drawn(second, 'another view of it')),
  );

function drawNear({name, picture, similarity, other}: Near): HTMLElement {
  const kind = other === undefined ? '' : other ? ', of another class' : ', of its class';
  const canvas = drawn(picture, `${name}${kind}, similarity ${similarity.toFixed(2)}`);
  canvas.classList.toggle('other', other ?? false);
  return canvas;
}

const drawRow = ({name, picture, untrained, trained}: Neighbourhood): HTMLElement =>
  element(
    'li',
    '',
    element('span', 'query', drawn(picture, name)),
    element('span', 'found', element('span', 'by', 'untrained'), ...untrained.map(drawNear)),
    element('span', 'found now', element('span', 'by', 'trained'), ...trained.map(drawNear)),
  );

/** Shows a look: the pairs, and what is near. */
export function drawLook(pairs: HTMLElement, neighbours: HTMLElement, note: HTMLElement, look: Look): void {
  const {step, among, sameClass} = look;
  pairs.replaceChildren(...look.pairs.map(drawPair));
  neighbours.replaceChildren(...look.neighbours.map(drawRow));
  const words = `The nearest of ${among} images, by the encoder before its training and after ${step} steps.`;
  const share = (one: number): HTMLElement => element('strong', '', percent(one));
  note.replaceChildren(
    words,
    ...(sameClass
      ? [
          ' Of all neighbours, ',
          share(sameClass.untrained),
          ' are of the same class by the untrained encoder and ',
          share(sameClass.trained),
          ' by the trained one; the others are framed. The training does not know the classes.',
        ]
      : []),
  );
}
