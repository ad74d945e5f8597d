import {callable, checkOptions, checkValue, object, type Rules} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {checkColumns, stackRows, type Features} from '../features.js';
import type {LinearFit} from './fit-linear.js';
import {endingRules, modelLogits, type Ending} from './logistic-regression.js';
import {formRule, type AveragePrecisionForm} from '../metrics/average-precision.js';
import type {LabelMatrix} from '../metrics/label-matrix.js';
import {meanAveragePrecision} from '../metrics/mean-average-precision.js';
import {checkBothAnswers, checkMarked, fitOneVsRest} from './one-vs-rest.js';
import {followPath, gridRule, paperL2Grid, type SweepTrial} from './penalty-path.js';

/** Features of images that may be of several classes. */
export interface MarkedFeatures {
  /** The features. */
  readonly features: Features;
  /** The classes of each row. */
  readonly labels: LabelMatrix;
}

/** Settings of `sweepOneVsRest`. */
export interface SweepOneVsRestOptions extends Ending {
  /** Which number is called average precision, whose mean is chosen by; VOC 2007 is reported as `'11-point'`. */
  readonly form: AveragePrecisionForm;
  /** Penalties to try, in any order; `paperL2Grid` by default. */
  readonly l2Grid?: readonly number[];
  /** Called after each penalty. */
  readonly onTrial?: (trial: SweepTrial) => void;
}

/** What `sweepOneVsRest` found. */
export interface SweepOneVsRestResult {
  /** The classifiers of the chosen penalty, fitted to training and validation rows together. */
  readonly model: LinearFit;
  /** The chosen penalty, the same for all classes. */
  readonly l2: number;
  /** How each penalty did, from the strongest on. */
  readonly trials: readonly SweepTrial[];
}

const rules: Rules<SweepOneVsRestOptions> = {...endingRules, form: formRule, l2Grid: gridRule, onTrial: callable};

/** Throws unless there are features with marks, and both answers for each class. */
function check(name: string, given: MarkedFeatures): void {
  checkValue('sweepOneVsRest', name, given, object);
  checkMarked('sweepOneVsRest', [`${name}.features`, `${name}.labels`], given.features, given.labels);
  checkBothAnswers('sweepOneVsRest', `${name}.labels`, given.labels);
}

/** Marks of some rows, then of others. */
function stackMarks(first: LabelMatrix, second: LabelMatrix): LabelMatrix {
  const stack = (one: Uint8Array | undefined, other: Uint8Array | undefined): Uint8Array => {
    const marks = new Uint8Array(first.relevant.length + second.relevant.length);
    marks.set(one ?? []);
    marks.set(other ?? [], first.relevant.length);
    return marks;
  };
  return {
    classCount: first.classCount,
    relevant: stack(first.relevant, second.relevant),
    difficult: stack(first.difficult, second.difficult),
  };
}

/**
 * As `sweepL2` for images of several classes, such as VOC 2007's: chooses one penalty for all classes by the mAP of the
 * validation rows, of equally good ones the strongest, and fits training and validation rows together with it.
 *
 * @throws TypeError or RangeError for options out of range, sizes that do not fit, numbers that are not finite, marks
 * other than 0 and 1, or a class of which no row, or every row, of either part is.
 * @example
 * const {model} = await sweepOneVsRest({features: train, labels}, validation, {form: '11-point'});
 * console.log(meanAveragePrecision(await predictScores(model, test), testLabels, {form: '11-point'}));
 */
export async function sweepOneVsRest(
  train: MarkedFeatures,
  validation: MarkedFeatures,
  options: SweepOneVsRestOptions,
): Promise<SweepOneVsRestResult> {
  checkOptions('sweepOneVsRest', options, rules);
  requireBackend('sweepOneVsRest');
  check('train', train);
  check('validation', validation);
  checkColumns('sweepOneVsRest', 'validation.features', validation.features, train.features.columns);
  const {classCount} = train.labels;
  checkValue('sweepOneVsRest', 'validation.labels.classCount', validation.labels.classCount, {
    expected: `${classCount}, as train.labels has,`,
    judge: count => (count === classCount ? undefined : 'value'),
  });
  const {form, l2Grid = paperL2Grid, onTrial, ...ending} = options;
  const {best, trials} = await followPath<LinearFit>('sweepOneVsRest', l2Grid, {
    fit: (l2, initial) => fitOneVsRest(train.features, train.labels, {...ending, l2, initial}),
    judge: async model =>
      meanAveragePrecision(await modelLogits(model, validation.features), validation.labels, {form}),
    onTrial,
  });
  const both = stackRows(train.features, validation.features);
  const marks = stackMarks(train.labels, validation.labels);
  const model = await fitOneVsRest(both, marks, {...ending, l2: best.l2, initial: best});
  return {model, l2: best.l2, trials};
}
