import type {Palette} from '@contrastive/example-picture';

/** The colours of series, in their order. */
export const seriesColors = (palette: Palette): readonly string[] => [
  palette.trained,
  palette.raw,
  palette.right,
  palette.supervised,
  palette.wrong,
  palette.untrained,
];
