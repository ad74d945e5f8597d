import {fc} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {moveBy, showAll, toFrame, toMap, zoomAt} from '../../src/report/browser/camera.js';
import {directions, nearestPoint, pointTowards} from '../../src/report/browser/points.js';

const frame = {width: 640, height: 480};
const all = (): boolean => true;

test('all of a map is in its frame', () => {
  const camera = showAll(1, 0.5, frame);
  for (const [x, y] of [
    [0, 0],
    [1, 0.5],
  ]) {
    const [left, top] = toFrame(camera, frame, x, y);
    expect(left).toBeGreaterThanOrEqual(24);
    expect(left).toBeLessThanOrEqual(616);
    expect(top).toBeGreaterThanOrEqual(24);
    expect(top).toBeLessThanOrEqual(456);
  }
  expect(Number.isFinite(showAll(0, 0, frame).scale)).toBe(true); // one image
});

test('what is under the pointer stays there, and places come back', () => {
  const [place, factor] = [fc.double({min: 0, max: 480, noNaN: true}), fc.double({min: 0.5, max: 2, noNaN: true})];
  fc.assert(
    fc.property(place, place, factor, (fx, fy, by) => {
      const camera = showAll(1, 1, frame);
      const [x, y] = toMap(camera, frame, fx, fy);
      const [bx, by_] = toFrame(zoomAt(camera, frame, by, fx, fy, camera.scale), frame, x, y);
      expect(bx).toBeCloseTo(fx, 6);
      expect(by_).toBeCloseTo(fy, 6);
    }),
  );
});

test('zooming ends, moving goes with the hand', () => {
  const camera = showAll(1, 1, frame);
  expect(zoomAt(camera, frame, 1e9, 0, 0, camera.scale).scale).toBe(60 * camera.scale);
  expect(zoomAt(camera, frame, 1e-9, 0, 0, camera.scale).scale).toBe(0.5 * camera.scale);
  const [before, after] = [camera, moveBy(camera, 30, -20)].map(one => toFrame(one, frame, 0.5, 0.5));
  expect(after).toBeAllclose([before[0] + 30, before[1] - 20], {atol: 1e-9, rtol: 0});
});

/** Places on a grid of 5 by 5. */
const grid = {x: Array.from({length: 25}, (_, i) => i % 5), y: Array.from({length: 25}, (_, i) => Math.floor(i / 5))};

test('the nearest point is found within reach, among those that are shown', () => {
  expect(nearestPoint(grid, 2.2, 1.1, 0.5, all)).toBe(7);
  expect(nearestPoint(grid, 2.5, 1.5, 0.1, all)).toBe(-1);
  expect(nearestPoint(grid, 2.2, 1.1, 5, i => i === 24)).toBe(24);
});

test('arrow keys lead to the next point, and stay at the edge', () => {
  expect(Object.keys(directions).map(key => pointTowards(grid, 12, directions[key], all))).toEqual([11, 13, 7, 17]);
  expect(pointTowards(grid, 4, directions.ArrowRight, all)).toBe(4);
  expect(pointTowards(grid, 10, directions.ArrowRight, i => i % 2 === 0)).toBe(12);
});

test('from every point of several some key leads on', () => {
  const place = fc.tuple(fc.integer({min: 0, max: 50}), fc.integer({min: 0, max: 50}));
  const apart = fc.uniqueArray(place, {selector: place => place.join(), minLength: 2, maxLength: 40});
  fc.assert(
    fc.property(apart, places => {
      const points = {x: places.map(([x]) => x), y: places.map(([, y]) => y)};
      places.forEach((_, from) => {
        const next = Object.values(directions).map(direction => pointTowards(points, from, direction, all));
        expect(next.some(to => to !== from)).toBe(true);
      });
    }),
  );
});
