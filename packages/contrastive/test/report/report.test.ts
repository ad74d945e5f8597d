import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fromArrays, fromImages, subset} from '@contrastive/data';
import {imageFolder} from '@contrastive/image-files';
import {expectNoLeaks} from '@contrastive/testing';
import * as tfl from '@tensorflow/tfjs-layers';
import {parseHTML} from 'linkedom';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {reportRuns} from '../../src/report/report-runs.js';
import {collectReport, drawReport, writeReport, type ReportData} from '../../src/report/index.js';
import {makeRoot, makeSampleRun, type SampleRun} from './sample-run.js';

const {root, remove} = makeRoot();
let run: SampleRun;
let data: ReportData;
let page: string;

/** What a browser would make of a page. */
const documentOf = (markup: string): Document => parseHTML(markup).document;

beforeAll(async () => {
  run = await makeSampleRun(root);
  data = await collectReport([run]);
  page = drawReport(data);
}, 120_000);

afterAll(() => {
  run.encoder.dispose();
  remove();
});

const ids = ['probe', 'training', 'map', 'ignores', 'pairs', 'confusion', 'bad-images', 'settings'];

test('a run shows all that it has, in every part of the page', () => {
  const document = documentOf(page);
  expect([...document.querySelectorAll('main > section')].map(({id}) => id)).toEqual(['summary', ...ids]);
  expect([...document.querySelectorAll('nav a')].map(link => link.getAttribute('href'))).toEqual(
    ids.map(id => `#${id}`),
  );
  expect(document.querySelectorAll('.missing').length).toBe(1); // what is said without JavaScript
  expect(document.querySelector('.cards')?.textContent).toContain('each of 192 images by all the others, not as in a');
  const titles = [...document.querySelectorAll('.curve strong')].map(({textContent}) => textContent);
  expect(titles).toEqual([
    ...['Loss', 'Contrastive accuracy', 'Learning rate', 'Spread of embeddings', 'Length of the gradient'],
    ...['Contrastive entropy', 'Images a second', 'Memory of tensors', 'Time of a step'],
  ]);
  expect(document.querySelectorAll('.curve svg path').length).toBeGreaterThan(titles.length);
  expect(document.querySelectorAll('#probe table').length).toBe(2);
  expect(document.querySelectorAll('#ignores tbody tr').length).toBe(4);
  expect(document.querySelectorAll('.pair img').length).toBe(24);
  expect(document.querySelectorAll('.matrix tbody tr').length).toBe(10);
  const settings = document.querySelector('#settings')?.textContent ?? '';
  expect(settings).toContain('temperature');
  expect(settings).toContain('tensorFlowJs');
});

test('numbers on the page are those of the folder', () => {
  const log = readFileSync(join(run.folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const losses = log.map(line => (JSON.parse(line) as {loss: number}).loss);
  const loss = data.runs[0].training?.series.find(({name}) => name === 'loss');
  expect(loss?.mean.length).toBe(6);
  expect(loss?.mean).toBeAllclose(losses, {rtol: 1e-4, atol: 0}); // five digits
  const {rows} = JSON.parse(readFileSync(join(run.folder, 'probe.json'), 'utf8')) as {
    rows: Record<'classifier' | 'neighbours', {accuracy: number}>[];
  };
  const table = documentOf(page).querySelector('#probe')?.textContent ?? '';
  expect(rows.length).toBe(6);
  for (const {classifier, neighbours} of rows)
    for (const {accuracy} of [classifier, neighbours]) expect(table).toContain(`${(100 * accuracy).toFixed(1)}\u00a0%`);
});

test('the page of the same data is the same, also after a turn as JSON', () => {
  expect(drawReport(JSON.parse(JSON.stringify(data)) as ReportData)).toBe(page);
});

test('the page allows its own script and style alone, and asks for nothing', () => {
  const document = documentOf(page);
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
  const between = (tag: string) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? '';
  for (const tag of ['script', 'style']) {
    const hash = createHash('sha256').update(between(tag)).digest('base64');
    expect(between(tag).length).toBeGreaterThan(1000);
    expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(document.querySelectorAll('[style]').length).toBe(0);
  const own = [...document.querySelectorAll('[src], link[href]')].map(
    element => element.getAttribute('src') ?? element.getAttribute('href') ?? '',
  );
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter(uri => !uri.startsWith('data:'))).toEqual([]);
});

const nasty = '</script><script>document.hacked=1</script>"\'><img src=x onerror="document.hacked=1">\n=HYPERLINK()';

test('names that inject are text, wherever they stand', async () => {
  const names = [nasty, 'a.png'];
  const own = fromArrays({images: new Uint8Array(2 * 784).map((_, i) => (7 * i) % 256), height: 28, width: 28});
  const images = {...own, labels: Int32Array.of(0, 1), classNames: [nasty, nasty], nameOf: (i: number) => names[i]};
  const folder = join(root, 'nasty');
  mkdirSync(folder);
  const row = {features: nasty, labels: 3, classifier: {accuracy: 0.5}};
  const confusion = {by: nasty, classNames: [nasty], counts: [1]};
  writeFileSync(join(folder, 'probe.json'), JSON.stringify({testImages: 9, rows: [row], confusion}));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({[nasty]: nasty, method: nasty}));
  writeFileSync(
    join(folder, 'metrics.jsonl'),
    `${JSON.stringify({step: 1, [nasty]: 1, remark: nasty, seconds: {[nasty]: 1}})}\n`,
  );
  const source = {...images, bad: [{path: nasty, reason: nasty}]};
  const {encoder, augment} = run;
  const found = await collectReport([{folder, name: nasty, encoder, images: source, augment}], {title: nasty});
  const markup = drawReport(found);
  const document = documentOf(markup);
  const clean = documentOf(page);
  const tags = (one: Document, name: string): number => one.querySelectorAll(name).length;
  expect(tags(document, 'script')).toBe(tags(clean, 'script'));
  expect([...document.querySelectorAll('img')].every(one => one.getAttribute('src')?.startsWith('data:'))).toBe(true);
  expect(markup).not.toContain('<img src=x');
  expect(document.querySelectorAll('[onerror]').length).toBe(0);
  const shown = nasty.replace('\n', '␊');
  expect(document.querySelector('h1')?.textContent).toBe(shown);
  expect(document.querySelector('#bad-images code')?.textContent).toBe(shown);
  const {galleries} = JSON.parse(document.querySelector('#data')?.textContent ?? '') as ReportData;
  expect(galleries[0].names[0]).toBe(nasty);
});

test('runs over the same images share thumbnails; curves lie over each other, tables are joined', async () => {
  const other = join(root, 'other');
  mkdirSync(other);
  for (const name of ['probe.json', 'metrics.jsonl'])
    writeFileSync(join(other, name), readFileSync(join(run.folder, name)));
  writeFileSync(join(other, 'config.json'), '{"method": "moco-v2", "temperature": 0.2, "queueSize": 1024}');
  const both = await collectReport([run, {...run, folder: other}]);
  expect(both.galleries.length).toBe(1);
  const document = documentOf(drawReport(both));
  expect(document.querySelectorAll('.map canvas').length).toBe(2);
  // Losses of two methods cannot be compared: a chart each; all else lies over each other.
  const titles = [...document.querySelectorAll('.curve strong')].map(({textContent}) => textContent);
  expect(titles.filter(title => title.startsWith('Loss'))).toEqual(['Loss of quick', 'Loss of other']);
  expect(titles.filter(title => title === 'Learning rate')).toEqual(['Learning rate']);
  // The baselines are the same and stand once, the trained encoders twice.
  const rows = [...(document.querySelector('#probe table')?.querySelectorAll('tbody th') ?? [])].map(
    one => one.textContent,
  );
  expect(rows).toEqual(['raw pixels', 'untrained encoder', 'trained encoder, quick', 'trained encoder, other']);
  const differing = [...document.querySelectorAll('.differs code')].map(({textContent}) => textContent);
  expect(differing).toContain('method');
  expect(differing).not.toContain('temperature');
}, 60_000);

test('a run with a log alone says what is missing in each part', async () => {
  const folder = join(root, 'log-alone');
  mkdirSync(folder);
  writeFileSync(join(folder, 'metrics.jsonl'), '{"step":0,"loss":1}\n');
  const document = documentOf(drawReport(await collectReport([{folder}])));
  const of = (id: string) =>
    [...document.querySelectorAll(`#${id} > .missing`)].map(({textContent}) => textContent.replace(/\s+/g, ' '));
  expect(of('training')).toEqual([]);
  expect(of('probe')).toEqual([
    'Nobody has measured log-alone yet: npx contrastive probe does, on images of several classes.',
  ]);
  for (const id of ['map', 'ignores', 'pairs', 'confusion']) expect(of(id).length).toBe(1);
  expect(document.querySelectorAll('main > section').length).toBe(1 + ids.length);
});

test('where the images have no classes, it is said what measures the run and what looks at it', async () => {
  const folder = join(root, 'classless');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{}');
  const images = fromArrays({images: new Uint8Array(4 * 784).map((_, i) => (7 * i) % 251), height: 28, width: 28});
  const document = documentOf(drawReport(await collectReport([{folder, encoder: run.encoder, images}])));
  expect(document.querySelector('#probe > .missing')?.textContent.replace(/\s+/g, ' ')).toBe(
    'The images of classless are not of several classes: npx contrastive probe measures it on others that are, and ' +
      'npx contrastive search shows what it finds alike.',
  );
});

test('the loss stands beside that of views that are all alike', async () => {
  const pageOf = async (name: string, configuration: object): Promise<Document> => {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'metrics.jsonl'),
      '{"step":0,"loss":3,"metrics":{"contrastiveAccuracy":0.5}}\n{"step":1,"loss":2}\n',
    );
    writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration));
    return documentOf(drawReport(await collectReport([{folder}])));
  };
  const simclr = await pageOf('of-simclr', {method: 'simclr', batch: 128});
  expect(simclr.querySelector('.curve .note')?.textContent).toContain(
    '; dashed: all views alike, ln(2 · 128 − 1) = 5.54',
  );
  expect(simclr.querySelectorAll('.curve [stroke-dasharray]').length).toBe(1);
  const moco = await pageOf('of-moco', {method: 'moco-v2', batch: 64, queue: 4096});
  expect(moco.querySelector('.curve .note')?.textContent).toContain('ln(4096 + 1) = 8.32');
  expect(simclr.querySelector('.cards')?.textContent).toContain('find their partnerby chance 1 in 128');
  expect(moco.querySelector('.cards')?.textContent).toContain('find their partnerby chance 1 in 4,097');
  const other = await pageOf('of-another', {method: 'mine', batch: 64});
  expect(other.querySelectorAll('.curve [stroke-dasharray]').length).toBe(0);
});

test('a run without a log says so', async () => {
  const folder = join(root, 'no-log');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{}');
  const document = documentOf(drawReport(await collectReport([{folder}])));
  expect(document.querySelector('#training .missing')?.textContent).toContain('No step of no-log is logged');
});

test('more images than a map takes are sampled, and the page says so', async () => {
  const {folder, encoder, images} = run;
  const found = await collectReport([{folder, encoder, images}], {mostImages: 40, seed: 3});
  expect(found.galleries[0].names.length).toBe(40);
  expect(new Set(found.galleries[0].names).size).toBe(40);
  expect(documentOf(drawReport(found)).querySelector('#map .note')?.textContent).toContain(
    'A sample of 40 of 192 images',
  );
  const again = await collectReport([{folder, encoder, images}], {mostImages: 40, seed: 3});
  expect(again.runs).toEqual(found.runs);
});

test('images that cannot be read are left out of the map and listed', async () => {
  const folder = join(root, 'photos');
  mkdirSync(folder);
  const grey = (shade: number) =>
    sharp({create: {width: 30, height: 40, channels: 3, background: {r: shade, g: shade, b: 9}}});
  for (let i = 0; i < 5; i++)
    await grey(40 * i)
      .png()
      .toFile(join(folder, `${i}.png`));
  writeFileSync(join(folder, 'cut off.jpg'), (await grey(1).jpeg().toBuffer()).subarray(0, 200));
  const images = await imageFolder(folder, {channels: 1, workers: 1});
  const found = await collectReport([{folder: run.folder, encoder: run.encoder, images}]);
  await images.close();
  expect(found.runs[0].images).toMatchObject({total: 6, tried: 6, badCount: 1});
  expect(found.galleries[0].names).toEqual(['0.png', '1.png', '2.png', '3.png', '4.png']);
  const document = documentOf(drawReport(found));
  expect(document.querySelector('#bad-images code')?.textContent).toBe('cut off.jpg');
  expect(document.querySelector('#bad-images .note')?.textContent).toContain('1 could not be used, of the 6 images');
});

test('one image is a map of one', async () => {
  const {folder, encoder, images, augment} = run;
  const one = await collectReport([{folder, encoder, images: subset(images, [5]), augment}]);
  expect(one.runs[0].images).toMatchObject({total: 1, map: {x: [0], y: [0], neighbours: []}});
  expect(documentOf(drawReport(one)).querySelectorAll('main > section').length).toBe(1 + ids.length);
});

test('bad input is an error that says what to do', async () => {
  const {folder, encoder, images, augment} = run;
  const empty = fromImages({length: 0, pixels: () => ({data: new Uint8Array(1), height: 1, width: 1, channels: 1})});
  await expect(collectReport([{folder, encoder, images: empty}])).rejects.toThrow(
    'collectReport: expected at least one image as images, got none; give the images of the run.',
  );
  await expect(collectReport([])).rejects.toThrow('collectReport: expected a list of 1 to 8 runs as runs, got []');
  await expect(collectReport([{folder, encoder}])).rejects.toThrow(
    'collectReport: expected encoder and images together as a run, got encoder alone; give both, or leave them out.',
  );
  await expect(collectReport([{folder, augment}])).rejects.toThrow('got augment alone');
  await expect(collectReport([{folder: join(root, 'nowhere')}])).rejects.toThrow(/expected the folder of a run/);
  await expect(collectReport([{folder, nam: 'x'} as never])).rejects.toThrow('got nam; did you mean name?');
  const wide = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [9, 9, 1]})]});
  await expect(collectReport([{folder, encoder: wide, images: subset(images, [0, 1])}])).resolves.toBeDefined();
  const colour = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [9, 9, 3]})]});
  await expect(collectReport([{folder, encoder: colour, images}])).rejects.toThrow(/open images of 3 channels/);
  expect(() => drawReport({...data, format: 2} as never)).toThrow(/expected what collectReport returns/);
});

test('the command writes a page of a folder, whole or not at all', async () => {
  const out = join(root, 'report.html');
  await reportRuns([run.folder], {
    out,
    mostImages: 30,
    open: async configuration => {
      expect(configuration.temperature).toBe(0.2);
      return {images: run.images, augment: run.augment};
    },
  });
  const written = readFileSync(out, 'utf8');
  expect(documentOf(written).querySelectorAll('.map canvas').length).toBe(1);
  await reportRuns([run.folder], {out}); // replaces it; without images
  expect(documentOf(readFileSync(out, 'utf8')).querySelectorAll('.map canvas').length).toBe(0);
  await expect(writeReport([run], join(root, 'nowhere', 'a.html'))).rejects.toThrow(
    /expected to write .*a.html, got ENOENT/,
  );
  expect(existsSync(join(root, 'nowhere'))).toBe(false);
  expect(readdirSync(root).filter(name => name.endsWith('.part'))).toEqual([]);
});

test('nothing stays on the device', async () => {
  const {folder, encoder, images, augment} = run;
  const few = subset(images, [0, 1, 2, 3]);
  await expectNoLeaks(() => collectReport([{folder, encoder, images: few, augment}]), 2);
});
