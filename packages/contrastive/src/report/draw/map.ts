import {html, type Html} from '../../escape/html.js';
import type {Gallery, MapData, ReportData, RunData} from '../data.js';
import {count, counted} from './format.js';
import {missing, section, type Section} from './section.js';

/** Colours of classes; with more of them colours come again, and buttons tell them apart. */
const COLOURS = 10;

/** Classes that get a button each. */
const MOST_BUTTONS = 24;

/** A map as the page's script knows it. */
export interface PageMap extends MapData {
  /** What its run is called. */
  readonly name: string;
}

/** What the page's script is given. */
export interface PageData {
  /** The maps, in the order of their figures. */
  readonly maps: readonly PageMap[];
  /** Thumbnails. */
  readonly galleries: readonly Gallery[];
}

/** The maps of a report, for its script. */
export const pageData = ({runs, galleries}: ReportData): PageData => ({
  maps: runs.flatMap(({name, images}) => (images ? [{...images.map, name}] : [])),
  galleries,
});

/** What can be shown alone: the classes that there are. */
function classButtons({labels, classNames}: Gallery): Html | undefined {
  if (!labels) return undefined;
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const nameOf = (label: number): string => classNames?.at(label) ?? String(label);
  if (present.length > MOST_BUTTONS) {
    return html`<label class="classes"
      >Show the class
      <select data-classes>
        <option value="">all</option>
        ${present.map(label => html`<option value="${label}">${nameOf(label)}</option>`)}
      </select></label
    >`;
  }
  return html`<div class="classes" role="group" aria-label="Show a class alone">
    ${present.map(
      label =>
        html`<button type="button" data-class="${label}" aria-pressed="false">
          <span class="swatch class-${label % COLOURS}"></span>${nameOf(label)}
        </button> `,
    )}
  </div>`;
}

function figure({name}: RunData, index: number, gallery: Gallery, several: boolean): Html {
  return html`<figure class="map" data-map="${index}">
    ${
      several
        ? html`<figcaption>
            <strong><span class="swatch run-${index}"></span>${name}</strong>
          </figcaption>`
        : undefined
    }
    <div class="map-body">
      <div class="map-frame">
        <canvas
          tabindex="0"
          role="application"
          aria-label="Map of ${count(gallery.names.length)} images of ${name}"
          aria-describedby="map-help"
        ></canvas>
        <div class="map-buttons">
          <button type="button" data-zoom="in" aria-label="Zoom in">+</button>
          <button type="button" data-zoom="out" aria-label="Zoom out">−</button>
          <button type="button" data-zoom="all" aria-label="Show all">⤢</button>
        </div>
        <div class="tip" hidden></div>
      </div>
      <div class="panel" role="status" aria-label="The chosen image and its neighbours">
        <p class="note">Choose an image: its nearest neighbours are shown here.</p>
      </div>
    </div>
    ${classButtons(gallery)}
  </figure> `;
}

/** Where images lie in feature space. */
export function drawMap({runs, galleries}: ReportData): Section {
  const seen = runs.flatMap(run => (run.images ? [{run, images: run.images}] : []));
  const sampled = seen.find(({images}) => images.tried < images.total)?.images;
  const how = [...new Set(seen.map(({images}) => images.map.by))];
  const by = how.map(one =>
    one === 'umap'
      ? 'by UMAP of their nearest neighbours by cosine: who is near whom counts, far distances mean little'
      : 'by their two principal components, because there are too few for UMAP',
  );
  const note =
    seen.length === 0
      ? 'Where images lie in feature space.'
      : `Images that the encoder takes for similar lie close together, placed ${by.join(', or ')}.${
          sampled ? ` A sample of ${count(sampled.tried)} of ${counted(sampled.total, 'image')}.` : ''
        }`;
  return section(
    'map',
    'Map',
    'The map of images',
    note,
    runs.filter(({images}) => !images).map(({name}) => missing(html`No encoder of ${name} with images was given.`)),
    seen.length > 0 ? html`<noscript>${missing('The map needs JavaScript, which is off.')}</noscript>` : undefined,
    seen.length > 0
      ? html`<p class="note" id="map-help">
          Click an image, or walk with the arrow keys and press Enter, to see its neighbours. Drag to move; zoom with +
          and −, two fingers, or the wheel once the map is chosen; 0 shows all. Close up, images are seen.
        </p>`
      : undefined,
    html`<div class="maps${seen.length > 1 ? ' several' : ''}">
      ${seen.map(({run, images: {map}}, i) => figure(run, i, galleries[map.gallery], runs.length > 1))}
    </div>`,
  );
}
