import type {Gallery} from '../data.js';
import type {PageMap} from '../draw/map.js';
import {moveBy, showAll, toFrame, toMap, zoomAt, type Camera, type Frame} from './camera.js';
import {listenTo} from './gestures.js';
import {paint} from './paint.js';
import {classOf, showPanel} from './panel.js';
import {directions, nearestPoint, pointTowards} from './points.js';
import type {Sprites} from './sprites.js';

/** A map on the page. */
export interface MapView {
  /** Chooses an image and shows its neighbours. */
  choose(image: number): void;
  /** Draws anew, after what is around it has changed. */
  redraw(): void;
}

/** Pixels from an image within which a pointer means it. */
const REACH = 22;

/** The part of a figure that its markup has. */
function part(figure: Element, selector: string): HTMLElement {
  const found = figure.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page lacks ${selector}.`);
  return found;
}

/** Brings a map to life. `onChoose` hears of each choice. */
export function createMapView(
  figure: HTMLElement,
  map: PageMap,
  gallery: Gallery,
  sprites: Sprites,
  onChoose: (image: number) => void,
): MapView {
  const canvas = part(figure, 'canvas') as HTMLCanvasElement; // as its selector says
  const [panel, tip] = [part(figure, '.panel'), part(figure, '.tip')];
  const most = (values: readonly number[]): number => values.reduce((high, value) => Math.max(high, value), 0);
  const [width, height] = [most(map.x), most(map.y)];
  let frame: Frame = {width: 1, height: 1};
  let camera: Camera | undefined; // as all is shown, until somebody moves it
  let [chosen, at] = [-1, -1];
  let alone: number | undefined;
  let asked = false;

  const isShown = (image: number): boolean => alone === undefined || gallery.labels?.[image] === alone;
  const neighboursOf = (image: number) =>
    map.neighbours.slice(image * map.neighbourCount, (image + 1) * map.neighbourCount);
  const whole = (): Camera => showAll(width, height, frame);
  const seen = (): Camera => camera ?? whole();

  const draw = (): void => {
    asked = false;
    const {clientWidth, clientHeight} = canvas;
    if (clientWidth === 0) return;
    frame = {width: clientWidth, height: clientHeight};
    const neighbours = chosen < 0 ? [] : neighboursOf(chosen);
    paint(canvas, {
      ...{points: map, camera: seen(), frame, labels: gallery.labels, isShown, chosen, neighbours, at, sprites},
    });
  };
  const redraw = (): void => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(draw);
  };

  const point = (image: number): void => {
    if (at === image) return;
    at = image;
    tip.hidden = image < 0;
    if (image >= 0) {
      const [x, y] = toFrame(seen(), frame, map.x[image], map.y[image]);
      const label = classOf(gallery, image);
      tip.textContent = label === undefined ? gallery.names[image] : `${gallery.names[image]} · ${label}`;
      tip.style.left = `${Math.min(Math.max(x, 70), frame.width - 70)}px`;
      tip.style.top = `${y}px`;
      tip.classList.toggle('below', y < 60);
    }
    redraw();
  };
  const show = (image: number): void => {
    chosen = image;
    const from = image * map.neighbourCount;
    const found = neighboursOf(image).map((other, i) => ({image: other, similarity: map.similarities[from + i]}));
    showPanel(panel, gallery, sprites, image, found, choose);
    redraw();
  };
  const choose = (image: number): void => {
    if (image < 0) return;
    show(image);
    onChoose(image);
  };
  const zoom = (factor: number, x: number, y: number): void => {
    camera = zoomAt(seen(), frame, factor, x, y, whole().scale);
    tip.hidden = true;
    redraw();
  };
  /** Zooms about what one looks at: the image that keys are at, else the chosen one, else the middle. */
  const zoomHere = (factor: number): void => {
    const image = at < 0 ? chosen : at;
    if (image < 0) zoom(factor, frame.width / 2, frame.height / 2);
    else zoom(factor, ...toFrame(seen(), frame, map.x[image], map.y[image]));
  };
  const imageAt = (x: number, y: number): number => {
    const now = seen();
    const [px, py] = toMap(now, frame, x, y);
    return nearestPoint(map, px, py, REACH / now.scale, isShown);
  };
  /** Keeps an image in sight that keys led to. */
  const follow = (image: number): void => {
    const [x, y] = toFrame(seen(), frame, map.x[image], map.y[image]);
    const edge = 40;
    const out = (value: number, size: number): number =>
      value < edge ? edge - value : value > size - edge ? size - edge - value : 0;
    const [dx, dy] = [out(x, frame.width), out(y, frame.height)];
    if (dx !== 0 || dy !== 0) camera = moveBy(seen(), dx, dy);
  };
  const first = (): number => {
    const [x, y] = toMap(seen(), frame, frame.width / 2, frame.height / 2);
    return nearestPoint(map, x, y, Infinity, isShown);
  };

  listenTo(canvas, {
    move: (dx, dy) => {
      camera = moveBy(seen(), dx, dy);
      tip.hidden = true;
      redraw();
    },
    zoom,
    hover: (x, y) => {
      point(imageAt(x, y));
    },
    leave: () => {
      point(-1);
    },
    click: (x, y) => {
      choose(imageAt(x, y));
    },
  });
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = Object.hasOwn(directions, event.key) ? directions[event.key] : undefined;
    if (direction) {
      const next = at < 0 ? (chosen < 0 ? first() : chosen) : pointTowards(map, at, direction, isShown);
      if (next >= 0) {
        follow(next);
        point(next);
      }
    } else if (event.key === 'Enter' || event.key === ' ') choose(at < 0 ? first() : at);
    else if (event.key === '+' || event.key === '=') zoomHere(1.5);
    else if (event.key === '-') zoomHere(1 / 1.5);
    else if (event.key === '0' || event.key === 'Escape') {
      camera = undefined;
      if (event.key === 'Escape') chosen = -1;
      point(-1);
      redraw();
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener('blur', () => {
    point(-1);
  });
  for (const button of figure.querySelectorAll<HTMLElement>('[data-zoom]')) {
    button.addEventListener('click', () => {
      if (button.dataset.zoom === 'all') {
        camera = undefined;
        redraw();
      } else zoomHere(button.dataset.zoom === 'in' ? 1.5 : 1 / 1.5);
    });
  }
  const buttons = [...figure.querySelectorAll<HTMLElement>('[data-class]')];
  const showAlone = (label: number | undefined): void => {
    alone = label;
    for (const button of buttons) button.setAttribute('aria-pressed', String(Number(button.dataset.class) === label));
    redraw();
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const label = Number(button.dataset.class);
      showAlone(alone === label ? undefined : label);
    });
  }
  const select = figure.querySelector<HTMLSelectElement>('[data-classes]');
  select?.addEventListener('change', () => {
    showAlone(select.value === '' ? undefined : Number(select.value));
  });
  new ResizeObserver(redraw).observe(canvas);
  void sprites.ready.then(redraw);
  redraw();
  return {choose: show, redraw: draw};
}
