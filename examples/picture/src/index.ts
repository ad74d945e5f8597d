export {neighboursHeight, neighboursSection, rowSizes, type Labelled, type Neighbourhood} from './neighbours.js';
export {at, colors, document, fontFamily, heading, image, page, renderPng, rule, sectionTop, text} from './svg.js';
