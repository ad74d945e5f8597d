import {checkSource, fraction, type Source} from '@contrastive/data';
import type {FineTuneOptions} from './fine-tune-options.js';
import type {FineTuneRecipe} from './fine-tune-recipes.js';
import {checkClassNames, checkEachClass, checkLabels, checkSeveral} from './labels.js';

/** What is learned from and judged by, checked. */
export interface Images {
  readonly classCount: number;
  /** The labels that are used. */
  readonly train: Source;
  readonly test: Source;
  readonly validation?: Source;
}

/** Labelled images of the classes. */
export function checkImages({train, test, validation, ...options}: FineTuneOptions, recipe: FineTuneRecipe): Images {
  for (const [name, source] of Object.entries({train, test, ...(validation && {validation})})) {
    checkSource('fineTune', source, name);
    checkLabels('fineTune', name, source.labels, source.length);
  }
  checkClassNames('fineTune', {train, test, ...(validation && {validation})});
  const labels = train.labels ?? new Int32Array();
  checkSeveral('fineTune', 'train', labels);
  const {classCount = train.classNames?.length ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1} =
    options;
  const classes = Int32Array.from({length: classCount}, (_, label) => label);
  checkLabels('fineTune', 'train', labels, train.length, classCount);
  checkEachClass('fineTune', 'train', labels, classes, 1, 'add some, or leave the class out of classCount');
  for (const [name, source] of Object.entries({test, ...(validation && {validation})}))
    checkLabels('fineTune', name, source.labels, source.length, classCount);
  return {
    classCount,
    train: balanced(train, classes, recipe.labels, options.seed),
    test,
    ...(validation && {validation}),
  };
}

/** The share of the images whose labels are used, the same number of each class. */
function balanced(source: Source, classes: Int32Array, share: number, seed: number): Source {
  if (share === 1) return source;
  const few = fraction(source, share, {seed});
  const each = Math.floor(few.length / classes.length);
  const labels = few.labels ?? new Int32Array();
  checkEachClass(
    'fineTune',
    'train',
    labels,
    classes,
    each,
    'add images of it, or use all labels, labels: 1 of recipe',
  );
  return few;
}
