import type {Preparation} from '@contrastive/augment';
import type {io} from '@tensorflow/tfjs-core';
import type {About} from './browser/engine.js';

/** How thumbnails lie in the files `sheet-0.webp`, `sheet-1.webp`, …, row after row. */
export interface SheetLayout {
  /** Height and width of a thumbnail, in pixels. */
  readonly tile: number;
  /** Thumbnails in a row. */
  readonly columns: number;
  /** Thumbnails in a sheet. */
  readonly perSheet: number;
}

/** What the page of a site knows from the start: the value of `about.js`. */
export interface SiteData extends About {
  /** Images that it finds. */
  readonly k: number;
  /** What each image is called. */
  readonly names: readonly string[];
  /** The images to begin with, whose thumbnails lie in `cover.webp` too. */
  readonly cover: readonly number[];
  readonly sheets: SheetLayout;
  /** Features of an image; those of all lie in this many files `features-0.js`, …. */
  readonly columns: number;
  readonly featureParts: number;
  /** Bytes of the encoder's weights, in this many files `weights-0.js`, …. */
  readonly weightBytes: number;
  readonly weightParts: number;
}

/** The encoder without its weights: the value of `model.js`. */
export interface SiteModel {
  readonly modelTopology: object;
  readonly weightSpecs: io.WeightsManifestEntry[];
  readonly preparation: Preparation;
}

/** The number of a thumbnail in a sheet, and what of the sheet it is, in pixels. */
export const tileAt = ({tile, columns}: SheetLayout, place: number): {readonly left: number; readonly top: number} => ({
  left: (place % columns) * tile,
  top: Math.floor(place / columns) * tile,
});
