import type {Scores} from '../summary.js';
import {neighboursHeight, neighboursSection, type Neighbourhood} from './neighbours.js';
import {pairsHeight, pairsSection, type Pair} from './pairs.js';
import {renderPng} from './render.js';
import {scoresSection} from './scores.js';
import {at, rule, text} from './svg.js';
import {colors, fontFamily, page} from './theme.js';
import {trainingSection, type Training} from './training.js';

/** Everything that the picture of a run shows. */
export interface Report {
  /** Heading of the page. */
  readonly title: string;
  /** What was done, in a sentence. */
  readonly subtitle: string;
  /** Small print at the foot: seed, backend, versions. */
  readonly footer: string;
  /** Images with their two views. */
  readonly pairs: readonly Pair[];
  /** Loss and accuracy of every step. */
  readonly training: Training;
  /** Test images with their nearest training images. */
  readonly neighbourhoods: readonly Neighbourhood[];
  /** Logistic regression on frozen features. */
  readonly probe: Scores;
  /** Nearest neighbours on frozen features. */
  readonly knn: Scores;
}

const header = 92;
const rowGap = 58;
const footerHeight = 44;

/** Composes the page, in points. */
export async function reportSvg(report: Report): Promise<string> {
  const {width, margin, gutter, left} = page;
  const inner = width - 2 * margin;
  const right = inner - left - gutter;
  const second = header + pairsHeight + rowGap;
  const bottom = second + neighboursHeight + rowGap - 14;
  const height = margin + bottom + footerHeight + margin / 2;
  const content = at(
    margin,
    margin,
    text(0, 26, report.title, {size: 34, weight: 600}),
    text(0, 58, report.subtitle, {size: 16, fill: colors.muted}),
    at(0, header, await pairsSection(report.pairs)),
    at(left + gutter, header, trainingSection(report.training, right)),
    at(0, second, await neighboursSection(report.neighbourhoods)),
    at(left + gutter, second, scoresSection(report.probe, report.knn, right)),
    rule(0, bottom, inner),
    text(0, bottom + 26, report.footer, {size: 12, fill: colors.muted}),
  );
  const size = `width="${width}" height="${height}"`;
  const paper = `<rect ${size} fill="${colors.paper}"/>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" ` +
    `font-family="${fontFamily}">${paper}${content}</svg>`
  );
}

/** The picture of a run, as PNG. */
export async function renderReport(report: Report): Promise<Buffer> {
  return renderPng(await reportSvg(report));
}
