import type {Source} from '@contrastive/data';
import {count} from '@contrastive/example';
import type {Confusion} from '@contrastive/example-picture';
import {confusionMatrix} from '@contrastive/linear-probe';

/** What test images were taken for, as two matrices: by the features of the encoder, and by the supervised network. */
export function confusionsOf(
  {trained, taught}: {readonly trained: Int32Array; readonly taught: Int32Array},
  test: Source,
  budget: string,
): {readonly title: string; readonly confusion: Confusion}[] {
  const {labels = new Int32Array()} = test;
  const classCount = test.classNames?.length ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const classes = Int32Array.from({length: classCount}, (_, label) => label);
  const classNames = Array.from(classes, label => test.classNames?.[label] ?? String(label));
  const given = `${count(Number(budget))} labels`;
  const of = (predictions: Int32Array): Confusion => ({
    classNames,
    counts: confusionMatrix(predictions, labels, {classes}).counts,
  });
  return [
    {title: `Trained, then ${given}`, confusion: of(trained)},
    {title: `Supervised, ${given}`, confusion: of(taught)},
  ];
}
