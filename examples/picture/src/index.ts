export {chart} from './chart.js';
export {confusionHeight, confusionSection, type Confusion, type ConfusionStyle} from './confusion.js';
export {neighboursHeight, neighboursSection, rowSizes, type Labelled, type Neighbourhood} from './neighbours.js';
export {colors, contrast, darkColors, mixed, type Palette} from './palette.js';
export {at, document, fontFamily, heading, image, page, renderPng, rule, sectionTop, text} from './svg.js';
