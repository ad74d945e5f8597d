import {fc} from '@contrastive/testing';
import {parseHTML} from 'linkedom';
import {expect, test} from 'vitest';
import {html, scriptJson, trusted} from '../../src/escape/html.js';

/** Names that would inject where they are not escaped. */
const nasty = [
  '</script><script>x=1</script>',
  '"><img src=x onerror=x>',
  "' onload='x",
  '<!--',
  'a\nb',
  '=HYPERLINK("x")',
  '\u202egpj.exe',
  '\ud800',
];

/** What a parser reads of a page. */
const parsed = (markup: string) => parseHTML(`<!doctype html><html><body>${markup}</body></html>`).document;

test.each(nasty)('%j is one text in an element and in an attribute', name => {
  const document = parsed(html`<p title="${name}">${name}</p>`.markup);
  expect(document.querySelectorAll('body *').length).toBe(1);
  const paragraph = document.querySelector('p');
  expect([...(paragraph?.attributes ?? [])].map(one => one.name)).toEqual(['title']);
  expect(paragraph?.textContent).toBe(paragraph?.getAttribute('title'));
});

test('text without controls comes back as it was', () => {
  const text = fc.string({unit: fc.constantFrom(...'abc <>&"\'/=`éß漢😀'.split(/(?:)/u))});
  fc.assert(
    fc.property(text, name => {
      expect(
        parsed(html`<p title="${name}"></p>`.markup)
          .querySelector('p')
          ?.getAttribute('title'),
      ).toBe(name);
    }),
  );
});

test('controls, and marks that turn text around, are seen', () => {
  expect(html`${'a\nb\u202ec\ud800'}`.markup).toBe('a␊b\ufffdc\ufffd');
});

test('markup stays, lists are joined, what looks like markup is text', () => {
  expect(html`${[html`<li>${1}</li>`, undefined, trusted('<hr>')]}`.markup).toBe('<li>1</li><hr>');
  expect(html`${{markup: '<b>'}}`.markup).not.toContain('<b>');
});

test('JSON in a script is the same JSON and ends nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const {markup} = scriptJson([value, nasty, '\u2028']);
      expect(markup).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify([value, nasty, '\u2028'])));
    }),
  );
});
