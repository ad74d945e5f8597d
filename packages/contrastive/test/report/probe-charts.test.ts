import {expect, test} from 'vitest';
import type {ProbeEntry} from '../../src/report/data.js';
import {probeChart} from '../../src/report/draw/probe-charts.js';
import type {Row} from '../../src/report/draw/probe-rows.js';

/** Names in one line, of those of a run in two. */
const names = ({encoder, run}: Row): string[] => [encoder, ...(run === undefined ? [] : [`run ${run}`])];

const classifier = 'logistic regression';

function rowOf(encoder: string, accuracies: readonly number[], run?: number): Row {
  const entries = accuracies.map((accuracy, i): ProbeEntry => ({
    ...{encoder, classifier, labels: 100 * 10 ** i, accuracy},
    ...{low: accuracy - 0.05, high: accuracy + 0.05},
  }));
  return {encoder, entries, ...(run !== undefined && {run})};
}

const circles = (svg: string): number => svg.match(/<circle /g)?.length ?? 0;

test('several numbers of labels are an axis, with a line for each encoder', () => {
  const svg = probeChart(classifier, [rowOf('raw', [0.5, 0.6]), rowOf('trained', [0.6, 0.8], 0)], names).markup;
  expect(svg).toContain('Accuracy by logistic regression over the number of labels');
  expect(svg).toContain('labels given to the classifier');
  expect(circles(svg)).toBe(4);
  expect(svg).not.toContain('>raw<');
});

test('with one number of labels each encoder has its name and its place', () => {
  const svg = probeChart(
    classifier,
    [rowOf('raw', [0.5]), rowOf('own', [0.55]), rowOf('trained', [0.6], 0)],
    names,
  ).markup;
  expect(svg).toContain('Accuracy by logistic regression with 100 labels');
  for (const name of ['raw', 'own', 'trained', 'run 0']) expect(svg).toContain(`>${name}<`);
  const places = [...svg.matchAll(/<circle [^>]*cy="([\d.]+)" cx="([\d.]+)"/g)].map(([, y, x]) => [
    Number(x),
    Number(y),
  ]);
  expect(places).toHaveLength(3);
  for (const [i, [x, y]] of places.entries())
    if (i > 0) {
      expect(x).toBeGreaterThan(places[i - 1][0]);
      expect(y).toBeGreaterThan(places[i - 1][1]);
    }
});
