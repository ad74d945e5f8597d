import {expect, test} from 'vitest';
import {folderOf, listEmoji, variantsOf} from '../src/emoji.js';
import {listed, variantsOf as drawingOf} from '../src/openclipart.js';

test('variants of an emoji have one key: skin tones, sexes, directions, presentation', () => {
  const same = (...unified: string[]) => {
    expect(new Set(unified.map(variantsOf)).size, unified.join(' ')).toBe(1);
  };
  same('1F44B', '1F44B-1F3FB', '1F44B-1F3FF'); // a waving hand
  same('1F6B6', '1F6B6-200D-2642-FE0F', '1F6B6-200D-2640-FE0F-200D-27A1-FE0F', '1F6B6-1F3FD-200D-2640-FE0F'); // walking
  same('1F468-200D-1F680', '1F469-1F3FC-200D-1F680', '1F9D1-200D-1F680'); // an astronaut
  same('1F468-200D-2764-FE0F-200D-1F468', '1F46A', '1F9D1-1F3FB-200D-1F91D-200D-1F9D1-1F3FC', '1F467'); // people
  same('2764-FE0F', '2764');
  const different = ['1F44B', '1F6B6', '1F468-200D-1F680', '1F468-200D-1F33E', '1F46A', '1F1EB-1F1F7', '1F1E9-1F1EA'];
  expect(new Set(different.map(variantsOf)).size).toBe(different.length);
  expect(folderOf('Smileys & Emotion')).toBe('smileys-emotion');
});

test('emoji of a vendor, those in other skin tones too, and no bare skin tones', () => {
  const entry = (unified: string, category: string, more = {}) => ({
    unified,
    image: `${unified.toLowerCase()}.png`,
    category,
    has_img_google: true,
    has_img_twitter: true,
    ...more,
  });
  const json = JSON.stringify([
    entry('1F44B', 'People & Body', {
      skin_variations: {'1F3FB': entry('1F44B-1F3FB', ''), '1F3FC': entry('1F44B-1F3FC', '', {has_img_twitter: false})},
    }),
    entry('1F34E', 'Food & Drink', {has_img_google: false}),
    entry('1F3FB', 'Component'),
  ]);
  expect(Object.fromEntries(listEmoji(json, 'twitter'))).toEqual({
    '1f44b.png': {className: 'people-body', name: 'twitter-1f44b', variantsOf: '1F44B', vendor: 'twitter'},
    '1f44b-1f3fb.png': {className: 'people-body', name: 'twitter-1f44b-1f3fb', variantsOf: '1F44B', vendor: 'twitter'},
    '1f34e.png': {className: 'food-drink', name: 'twitter-1f34e', variantsOf: '1F34E', vendor: 'twitter'},
  });
  expect([...listEmoji(json, 'google').keys()]).toEqual(['1f44b.png', '1f44b-1f3fb.png', '1f44b-1f3fc.png']);
});

test('drawings of one name are variants, and folders are classes', () => {
  const at = (name: string) => `./usr/share/openclipart/png/${name}`;
  const key = (name: string) => drawingOf('food', at(name));
  expect(new Set(['coffee.png', 'coffee_ganson.png', 'coffee_bw_ganson.png', 'x/coffee1.png'].map(key)).size).toBe(1);
  expect(key('a_teapot_01.png')).toBe(key('teapot_ganson.png'));
  expect(key('a_teapot_01.png')).not.toBe(key('a_boy.png'));
  expect(key('01.png')).not.toBe(key('02.png'));
  expect(listed(at('food/beverages/beer1.png'))).toEqual({
    className: 'food',
    name: 'beverages-beer1',
    variantsOf: 'food beer',
  });
  expect(
    ['shapes/a.png', 'special/a.png', 'unsorted/a.png', 'a.png', 'food/a.txt'].map(name => listed(at(name))),
  ).toEqual(Array(5).fill(undefined));
});
