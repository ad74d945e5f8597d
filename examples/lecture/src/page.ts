import {filled, markdownTable} from '@contrastive/example';
import {storeOf, type Cell} from './cells.js';
import {pictureName} from './draw/picture.js';
import {workOf, type Work} from './estimate.js';
import {inLanguage, type Claim, type Language} from './experiment.js';
import {figuresOf, type AllFigures} from './figures.js';
import {machinesIn} from './machines-in-words.js';
import {distinct} from './machines.js';
import type {Result} from './results.js';
import {seedsOf} from './seeds.js';
import {differencesTable, figuresTable} from './tables.js';
import {verdictOf} from './verdict.js';
import {words} from './words.js';

/** A claim with what came of it, where it ran with the present settings. */
export interface Told {
  readonly claim: Claim;
  readonly result?: Result;
}

/** The cells of a result's settings. */
const cellsIn =
  (result: Result) =>
  (setting: string): readonly Cell[] =>
    result.settings.find(({id}) => id === setting)?.cells ?? [];

/** The figures of a claim that ran. */
export const figuresIn = (claim: Claim, result: Result): AllFigures => figuresOf(claim, cellsIn(result));

const minutes = (seconds: number): number => Math.ceil(seconds / 60);

/** What a claim takes from nothing; trainings of `planned` are counted there. */
const estimated = (claim: Claim, planned: Set<string>): Work =>
  workOf(claim, claim.settings, seedsOf(claim), {store: storeOf([]), planned});

/** Numbers of seeds as people write them: `1–3`. */
const seedsIn = (seeds: readonly number[]): string =>
  seeds.length > 1 ? `${Math.min(...seeds)}–${Math.max(...seeds)}` : seeds.join();

/** The trainings of a claim in its result, each once; an untrained network took none. */
const trainingsOf = (claim: Claim, {settings}: Result): readonly Cell[] => [
  ...new Map(
    settings
      .filter(({id, training}) => training.method !== 'untrained' && claim.settings.some(one => one.id === id))
      .flatMap(({cells}) => cells.map(cell => [cell.key, cell])),
  ).values(),
];

const secondsIn = (claim: Claim, result: Result): number =>
  trainingsOf(claim, result).reduce((sum, {seconds}) => sum + seconds, 0);

/** The drawn part of a claim. */
function claimPart({claim, result}: Told, language: Language): readonly string[] {
  const say = words[language];
  const varied = filled(say.varied(inLanguage(claim.varies, language), inLanguage(claim.held, language)));
  if (result === undefined) {
    const {runs, seconds} = estimated(claim, new Set());
    const command = `\`npm run example -- lecture --claim ${claim.name}\``;
    return [varied, filled(say.notRun(runs, minutes(seconds), command))];
  }
  const figures = figuresIn(claim, result);
  const cells = trainingsOf(claim, result);
  const on = machinesIn(distinct(cells.map(cell => cell.on)), language);
  const seeds = [...new Set(cells.map(({seed}) => seed))];
  const differences = differencesTable(claim, figures, language);
  const picture = (dark: boolean): string => `lecture/${pictureName(claim.name, language, dark)}`;
  return [
    ...(result.quick ? [say.quick] : []),
    varied,
    filled(say.ran(cells.length, seedsIn(seeds), minutes(secondsIn(claim, result)), on)),
    figuresTable(claim, figures, language),
    ...(differences === undefined ? [] : [differences]),
    [
      '<picture>',
      `  <source media="(prefers-color-scheme: dark)" srcset="${picture(true)}">`,
      `  <img src="${picture(false)}" alt="${say.alt(inLanguage(claim.title, language))}">`,
      '</picture>',
    ].join('\n'),
  ];
}

/** The table of all claims: what they take, what they took, and how many of their sentences show. */
function overview(told: readonly Told[], language: Language): string {
  const {overview: heads, sum} = words[language];
  const planned = new Set<string>();
  const rows = told.map(({claim, result}) => {
    const {runs, seconds} = estimated(claim, planned);
    const verdicts = result ? figuresIn(claim, result).differences().map(verdictOf) : [];
    const count = (verdict: string): number => verdicts.filter(one => one === verdict).length;
    return {
      name: inLanguage(claim.title, language),
      numbers: [runs, minutes(seconds)],
      took: result ? [trainingsOf(claim, result).length, minutes(secondsIn(claim, result))].map(String) : ['–', '–'],
      sentences: claim.comparisons.length,
      shown: result ? [count('holds'), count('against'), verdicts.length - count('holds') - count('against')] : [],
    };
  });
  const total = (of: (row: (typeof rows)[number]) => number | undefined): string =>
    String(rows.reduce((all, row) => all + (of(row) ?? 0), 0));
  // Not what ran: claims have trainings in common.
  const sums = [
    ...[0, 1].map(i => total(({numbers}) => numbers[i])),
    ...['', '', total(({sentences}) => sentences)],
    ...[0, 1, 2].map(i => total(({shown}) => shown[i])),
  ];
  return markdownTable([
    heads,
    ...rows.map(({name, numbers, took, sentences, shown}) => [
      ...[name, ...numbers.map(String), ...took, String(sentences)],
      ...(shown.length > 0 ? shown.map(String) : ['–', '–', '–']),
    ]),
    [sum, ...sums],
  ]);
}

const mark = (name: string): string => `<!-- lecture: ${name} -->`;
const END = '<!-- lecture: end -->';

/**
 * Draws the parts of a page that lie between marks anew; what stands around them is left as it is.
 *
 * @throws Error for a page that lacks the mark of a claim.
 */
export function fillPage(page: string, told: readonly Told[], language: Language): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    [
      'overview',
      [...(told.some(({result}) => result?.quick) ? [words[language].quick] : []), overview(told, language)],
    ],
    ...told.map(one => [one.claim.name, claimPart(one, language)] as const),
  ];
  return parts.reduce((text, [name, blocks]) => {
    const begin = text.indexOf(mark(name));
    const end = text.indexOf(END, begin);
    if (begin < 0 || end < 0)
      throw new Error(
        `lecture: expected ${mark(name)} and then ${END} in the page, got none; put them where it is told.`,
      );
    return `${text.slice(0, begin)}${[mark(name), ...blocks, END].join('\n\n')}${text.slice(end + END.length)}`;
  }, page);
}
