import {markdownTable} from '@contrastive/example';
import {inLanguage, nameOf, type Claim, type Language, type Measure, type Setting} from './experiment.js';
import {meanOf, measuresOf, type AllFigures, type Difference} from './figures.js';
import {verdictOf} from './verdict.js';
import {words} from './words.js';

/** A number as people write it; what rounds to nothing has no sign. */
const written = (value: number, digits = 1): string =>
  value
    .toFixed(digits)
    .replace(/^-(0\.0+)$/, '$1')
    .replace('-', '−');

/** A figure with its interval, `85.3 (84.1–86.5)`; of one seed without. A loss has two digits. */
function figure(values: readonly number[], {how}: Measure, language: Language): string {
  if (values.length === 0) return '–';
  const number = (value: number): string => written(value, how === 'loss' ? 2 : 1);
  const mean = meanOf(values);
  if (mean === undefined) return number(values[0]);
  const [low, high] = [number(mean.low), number(mean.high)];
  return `${number(mean.mean)} (${mean.low < 0 ? words[language].between(low, high) : `${low}–${high}`})`;
}

/** The measures that some setting of a claim has, in the claim's order, and what its logs tell. */
function columnsOf(claim: Claim): readonly Measure[] {
  const names = new Set(claim.settings.flatMap(setting => measuresOf(claim, setting).map(nameOf)));
  return [...claim.measures.filter(measure => names.has(nameOf(measure))), ...(claim.logged ?? [])];
}

/** Whether a setting has a figure, if its training does not fail. */
const has = (claim: Claim, setting: Setting, measure: Measure): boolean =>
  [...measuresOf(claim, setting), ...(claim.logged ?? [])].some(one => nameOf(one) === nameOf(measure));

/** A claim's figures: a row for each setting, a column for each measure, and the paper's where it has some. */
export function figuresTable(claim: Claim, figures: AllFigures, language: Language): string {
  const {setting, paper, measures, fail, of} = words[language];
  const columns = columnsOf(claim);
  const published = claim.settings.some(one => one.paper !== undefined);
  const cell = (one: Setting, measure: Measure): string => {
    const values = figures.values(one.id, measure);
    const failed = has(claim, one, measure) ? figures.failures(one.id).length : 0;
    if (failed === 0) return figure(values, measure, language);
    const lost = `${fail} (${failed} ${of} ${failed + values.length})`;
    return values.length > 0 ? `${figure(values, measure, language)}, ${lost}` : lost;
  };
  return markdownTable([
    [setting, ...columns.map(measure => measures[nameOf(measure)] ?? nameOf(measure)), ...(published ? [paper] : [])],
    ...claim.settings.map(one => [
      inLanguage(one.label, language),
      ...columns.map(measure => cell(one, measure)),
      ...(published ? [one.paper ?? '–'] : []),
    ]),
  ]);
}

/** A difference with its interval, `+1.2 (0.3 to 2.1)`. */
function difference({values, mean}: Difference, language: Language): string {
  if (values.length === 0) return '–';
  const value = mean?.mean ?? values[0];
  const signed = `${value < 0 ? '' : '+'}${written(value)}`;
  return mean ? `${signed} (${words[language].between(written(mean.low), written(mean.high))})` : signed;
}

/** What the sentences of a claim come to: paired differences with intervals over the seeds. */
export function differencesTable(claim: Claim, figures: AllFigures, language: Language): string | undefined {
  if (claim.comparisons.length === 0) return undefined;
  const {sentence, difference: points, here, verdicts} = words[language];
  return markdownTable([
    [sentence, points, 'n', here],
    ...figures
      .differences()
      .map(one => [
        inLanguage(one.comparison.sentence, language),
        difference(one, language),
        String(one.values.length),
        verdicts[verdictOf(one)],
      ]),
  ]);
}
