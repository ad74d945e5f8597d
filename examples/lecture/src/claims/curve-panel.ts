import type {Curve, Panel, Text} from '../experiment.js';
import {mean} from '../mean.js';

/** The step from which the pretext task is drawn: until then the queue has random directions, easy to tell. */
export const BEGUN = 60;

/** The mean of curves of the same steps, point by point. */
export function meanCurve(curves: readonly Curve[]): Curve | undefined {
  const [first] = curves;
  if (curves.length === 0) return undefined;
  const means = (of: 'loss' | 'accuracy'): readonly number[] =>
    first.steps.map((_, i) => mean(curves.flatMap(curve => curve[of][i] ?? [])));
  return {steps: first.steps, loss: means('loss'), accuracy: means('accuracy')};
}

/** A panel of curves over the steps, from a step on; curves that are not there are left out. */
export const curvePanel = (
  title: Text,
  of: 'loss' | 'accuracy',
  curves: readonly (readonly [name: Text, curve: Curve | undefined])[],
  {from = 0, reference}: {readonly from?: number; readonly reference?: {readonly at: number; readonly name: Text}} = {},
): Panel => ({
  kind: 'lines',
  title,
  x: {label: {en: 'step', ru: 'шаг'}},
  y: of === 'loss' ? {en: 'loss', ru: 'функция потерь'} : {en: 'own key nearest, %', ru: 'свой ключ ближе всех, %'},
  series: curves.map(([name, curve]) => ({
    name,
    curve: true,
    spots: (curve?.steps ?? []).flatMap((x, i) => {
      const value = curve?.[of][i];
      return x >= from && typeof value === 'number' && Number.isFinite(value) ? [{x, values: [value]}] : [];
    }),
  })),
  ...(reference && {reference}),
});
