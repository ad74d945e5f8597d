import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {contrast, describeInBrowser, overflows} from '@contrastive/testing';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {picture} from '../images.js';
import {SOON, answered, drop, namesOf} from './in-browser.js';
import {makePages, type Pages} from './make-pages.js';

describeInBrowser('pages that search', () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await makePages();
  }, 120_000);
  afterAll(() => pages.close());

  const urlOf = (name: 'served page' | 'site'): string => (name === 'site' ? pages.siteUrl : pages.served());

  test('of the served page: a file that is dropped is found as in Node; the word leaves the address', async () => {
    const {page, errors, outside} = await pages.open(pages.served());
    await namesOf(page, 24);
    expect(page.url()).toBe(`${pages.origin}/`);
    const bytes = await picture(7);
    await drop(page, bytes, '</script><img src=x onerror=document.hacked=1>.png');
    await answered(page);
    expect(await namesOf(page, 12)).toEqual((await pages.inNode(bytes)).whole);
    expect(await page.locator('.query strong').textContent()).toContain('</script>');
    const pictures = page.locator('.hit img');
    await expect
      .poll(() => pictures.evaluateAll(all => all.every(one => (one as HTMLImageElement).naturalWidth === 288)), SOON)
      .toBe(true);
    await page.reload();
    await namesOf(page, 24); // this tab keeps the word
    expect(await page.evaluate(() => 'hacked' in document)).toBe(false);
    expect([errors, outside]).toEqual([[], []]);
  });

  test('the served page says what is wrong: no word, no image, too large, no server', async () => {
    const {page} = await pages.open(`${pages.origin}/`);
    const status = page.locator('#status');
    await expect.poll(() => status.textContent(), SOON).toContain('open the whole address');
    await page.goto('about:blank');
    await page.goto(pages.served());
    await namesOf(page, 24);
    await drop(page, Buffer.from('no image'), 'notes.png');
    await expect.poll(() => status.textContent(), SOON).toContain('This cannot be read as an image: it is no JPEG');
    await drop(page, Buffer.alloc(1_000_001), 'large.png');
    await expect.poll(() => status.textContent(), SOON).toBe('large.png is larger than 1 MB, the most that is taken.');
    await page.context().setOffline(true);
    await drop(page, await picture(7), 'seven.png');
    await expect.poll(() => status.textContent(), SOON).toContain('Is contrastive serve still running?');
  });

  test.each(['webgl', 'wasm'] as const)(
    'of the site on %s: an image that is chosen is found by what Node finds',
    async backend => {
      const {page, errors, outside} = await pages.open(`${pages.siteUrl}?backend=${backend}`);
      await namesOf(page, 24);
      const bytes = await picture(7);
      await page.setInputFiles('#file', {name: 'seven.png', mimeType: 'image/png', buffer: bytes});
      await answered(page);
      const {rounded, whole} = await pages.inNode(bytes);
      const names = await namesOf(page, 12);
      expect(names).toEqual(rounded);
      expect(names.filter(name => whole.includes(name)).length).toBeGreaterThanOrEqual(11);
      expect([errors, outside]).toEqual([[], []]);
    },
  );

  test('the site opens from disk, and searches there', async () => {
    const {page, errors, outside} = await pages.open(pathToFileURL(join(pages.site, 'index.html')).href);
    await namesOf(page, 24);
    const bytes = await picture(9);
    await drop(page, bytes, 'nine.png');
    await answered(page);
    expect(await namesOf(page, 12)).toEqual((await pages.inNode(bytes)).rounded);
    await page.locator('.hit').nth(2).click();
    await expect.poll(() => page.locator('.query .picture svg').count(), SOON).toBe(1);
    await answered(page);
    await page.goBack();
    await expect.poll(() => page.locator('.query strong').textContent(), SOON).toBe('nine.png');
    expect([errors, outside]).toEqual([[], []]);
  });

  test('without its parts the site says so', async () => {
    const {page} = await pages.open(pages.siteUrl);
    await namesOf(page, 24);
    await page.route('**/weights-0.js', route => route.abort());
    await drop(page, await picture(9), 'nine.png');
    await expect.poll(() => page.locator('#status').textContent(), SOON).toContain('weights-0.js does not load');
    await page.unroute('**/weights-0.js');
    await drop(page, await picture(9), 'nine.png');
    await answered(page);
  });

  test.each(['served page', 'site'] as const)('by keys alone the %s is used', async name => {
    const {page, errors} = await pages.open(urlOf(name));
    const names = await namesOf(page, 24);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('file');
    const outline = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate(element => getComputedStyle(element).outlineStyle);
    expect(await outline('.drop')).toBe('solid');
    await page.keyboard.press('Tab');
    expect(await outline('.hit:focus .picture')).toBe('solid');
    await page.keyboard.press('Enter');
    await answered(page);
    expect(await page.locator('.query strong').textContent()).toBe(names[0]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('heading');
    expect(page.url()).toContain('#image=0');
    const found = await namesOf(page, 12);
    expect(found).not.toContain(names[0]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('.query strong').textContent(), SOON).toBe(found[0]);
    await page.goBack();
    await expect.poll(() => page.locator('.query strong').textContent(), SOON).toBe(names[0]);
    await page.goBack();
    expect(await namesOf(page, 24)).toEqual(names);
    expect(errors).toEqual([]);
  });

  test('an image that is pasted is searched for, others are shown, and starting over begins again', async () => {
    const {page, errors} = await pages.open(pages.served());
    const names = await namesOf(page, 24);
    await page.locator('#more').click();
    await expect.poll(async () => (await namesOf(page, 24)).join(), SOON).not.toBe(names.join());
    await page.evaluate(
      base64 => {
        const clipboardData = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
        clipboardData.items.add(new File([bytes], 'pasted.png', {type: 'image/png'}));
        document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true}));
      },
      (await picture(11)).toString('base64'),
    );
    await answered(page);
    expect(await page.locator('.query strong').textContent()).toBe('pasted.png');
    await page.locator('.query button').click();
    expect(await namesOf(page, 24)).toEqual(names);
    expect(await page.locator('.query').isVisible()).toBe(false);
    expect(errors).toEqual([]);
  });

  test.each(['served page', 'site'] as const)('the %s is read on a phone, by day and by night', async name => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const phone = {viewport: {width: 360, height: 740}, deviceScaleFactor: 2, hasTouch: true};
      const {page, errors} = await pages.open(urlOf(name), {...phone, colorScheme});
      await namesOf(page, 24);
      expect(await overflows(page)).toBe(false);
      await page.locator('.hit').first().tap();
      await answered(page);
      expect(await overflows(page)).toBe(false);
      for (const selector of [
        'h1',
        '.note',
        '.kicker',
        '.drop span',
        '.drop u',
        '#status',
        '.name',
        '.similarity',
        '.plain',
      ])
        expect(await contrast(page, selector), `${selector}, ${colorScheme}`).toBeGreaterThan(4.5);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe(colorScheme === 'light' ? 'rgb(253, 252, 250)' : 'rgb(20, 22, 27)');
      expect(errors).toEqual([]);
    }
  });
});
