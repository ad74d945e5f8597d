import type {PageData} from '../draw/map.js';
import {createMapView, type MapView} from './map-view.js';
import {createSprites} from './sprites.js';

const {maps, galleries} = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData; // as drawn
const sprites = galleries.map(createSprites);
const views: MapView[] = [];
document.querySelectorAll<HTMLElement>('[data-map]').forEach((figure, i) => {
  const map = maps[i];
  const own = sprites[map.gallery];
  const view = createMapView(figure, map, galleries[map.gallery], own, image => {
    // The same image in the other maps of the same images.
    maps.forEach((other, j) => {
      if (j !== i && other.gallery === map.gallery) views[j].choose(image);
    });
  });
  views.push(view);
});

const redraw = (): void => {
  for (const view of views) view.redraw();
};
for (const query of ['(prefers-color-scheme: dark)', 'print'])
  window.matchMedia(query).addEventListener('change', redraw);
window.addEventListener('beforeprint', redraw);
window.addEventListener('afterprint', redraw);
