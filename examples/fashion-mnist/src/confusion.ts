import {
  at,
  colors,
  confusionHeight,
  confusionSection,
  darkColors,
  document,
  renderPng,
} from '@contrastive/example-picture';
import type {Results} from './results.js';

/** A file to write. */
interface File {
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

/** Whose matrices are drawn, where they are there: what was learned without labels, beside what labels teach. */
const drawn = [
  {start: 'SimCLR', protocol: 'logistic', title: 'SimCLR, logistic regression'},
  {start: 'supervised', protocol: 'fine-tuned', title: 'Supervised'},
];

/** Points. */
const [WIDTH, MARGIN, GUTTER] = [520, 48, 56];

/** The confusion matrices side by side, light and dark, as SVG and as PNG. */
export async function confusionPictures({rows, classNames}: Results): Promise<File[]> {
  const matrices = drawn.flatMap(({start, protocol, title}) => {
    const found = rows.find(row => row.start === start)?.figures.find(figure => figure.protocol === protocol);
    return found ? [{title, counts: found.confusion}] : [];
  });
  if (matrices.length === 0) return [];
  const height = confusionHeight(classNames.length, WIDTH) + 2 * MARGIN;
  const width = 2 * MARGIN + matrices.length * WIDTH + (matrices.length - 1) * GUTTER;
  const files: File[] = [];
  for (const [ending, palette] of [['', colors] as const, ['-dark', darkColors] as const]) {
    const sections = matrices.map(({title, counts}, i) =>
      at(MARGIN + i * (WIDTH + GUTTER), MARGIN, confusionSection({classNames, counts}, {title, width: WIDTH, palette})),
    );
    const svg = document(width, height, sections.join(''), palette);
    files.push({name: `fashion-mnist-confusion${ending}.svg`, bytes: svg});
    files.push({name: `fashion-mnist-confusion${ending}.png`, bytes: await renderPng(svg)});
  }
  return files;
}
