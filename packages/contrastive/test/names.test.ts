import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openIndex} from '../src/data/feature-index.js';
import {openIndexed} from '../src/data/open-data.js';
import {openEncoder} from '../src/encoder/open-encoder.js';
import {call, recordsOf, refusal} from './call.js';
import {encoderIn, photos, picture, recorded, temporary} from './images.js';

/** Folders and files as they may be called; two folders make `</script>`. */
const nasty = [
  '=HYPERLINK("http:\\\\x","y").png',
  'line\nbreak.png',
  'a\u001b[2J\u0007.png',
  '"on\'error=`x`".png',
  '🐈 \u202egpj.png',
];

const folders = ['<img src=x onerror=alert(1)>', join('=cmd|<', 'script><b>')];

/** All images of a folder that was prepared. */
const paths = (data: string): string[] => nasty.flatMap(name => folders.map(folder => join(data, folder, name)));

/** A folder of nasty classes with pictures of nasty names, in which one comes twice, and an encoder. */
async function prepared(): Promise<{readonly root: string; readonly run: string; readonly data: string}> {
  const root = temporary();
  const data = join(root, 'photos');
  for (const [i, name] of nasty.entries()) {
    for (const [j, folder] of folders.entries()) {
      mkdirSync(join(data, folder), {recursive: true});
      writeFileSync(join(data, folder, name), await picture(i === 0 ? 0 : i + 10 * j));
    }
  }
  return {root, data, run: await encoderIn(join(root, 'encoder'))};
}

/** What a terminal obeys, but for the end of a line. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const OBEYED = /[\0-\t\v-\x1f\x7f-\x9f\u202a-\u202e]/u;

test('nothing obeys a name, whatever it is', async () => {
  const {root, run, data} = await prepared();
  const index = ['--index', join(root, 'index'), '--workers', '0'];
  const query = join(data, '<img src=x onerror=alert(1)>', nasty[2]);
  const out = join(root, 'found.html');
  const found = await call('search', run, data, '--query', query, '-k', '10', '--out', out, ...index);
  expect(found.code, found.errors).toBe(0);
  expect(found.out + found.errors).not.toMatch(OBEYED);
  const page = readFileSync(out, 'utf8');
  expect(page).toContain('onerror=alert(1)&gt;');
  expect(page).not.toMatch(/<img src=x|<script><b>|<\/script><b>/);

  const folder = join(root, 'duplicates');
  const duplicates = await call('duplicates', run, data, '--out', folder, '--false-alarms', '0.2', ...index);
  expect(duplicates.code, duplicates.errors).toBe(0);
  expect(duplicates.out + duplicates.errors).not.toMatch(OBEYED);
  expect(readFileSync(join(folder, 'duplicates.html'), 'utf8')).not.toMatch(/<img src=x|<script><b>/);
  expect(readFileSync(join(folder, 'duplicates.csv'), 'utf8')).toContain('=HYPERLINK(""http:'); // within a path

  const table = join(root, 'e.csv');
  expect((await call('embed', run, data, '--out', table, '--workers', '0')).code).toBe(0);
  const cells = readFileSync(table, 'utf8');
  expect(cells).not.toMatch(/(^|,)"?[=+@]/m);
  expect(cells).toContain("'=cmd|<");

  // Programs get the names themselves: of all images but the query.
  const records = await recordsOf('search', run, data, '--query', query, '-k', '9', ...index);
  const last = records.at(-1);
  expect(last).toMatchObject({query});
  const hits = last?.hits as readonly {readonly path: string}[];
  const others = paths(data).filter(path => path !== query);
  expect(hits.map(({path}) => path).sort()).toEqual(others.sort());

  const probe = await call('probe', run, '--train', data, '--test-share', '0.4', '--workers', '0');
  expect(probe.code, probe.errors).toBe(0);
  expect(probe.out + probe.errors).not.toMatch(OBEYED);
  expect(await refusal(2, 'search', run, 'no\u001b[2J\nwhere', '--query', query)).not.toMatch(OBEYED);
});

test('images that go while they are read are left out, and the others are found', async () => {
  const root = temporary();
  const folder = await photos(join(root, 'photos'), 8);
  const opened = await openEncoder('test', await encoderIn(join(root, 'encoder')));
  const data = await openIndexed('test', folder, {workers: 0});
  rmSync(join(folder, 'a', '02.png'));
  writeFileSync(join(folder, 'b', '03.png'), (await picture(3)).subarray(0, 100)); // still being written
  const bank = await openIndex(join(root, 'index'), opened, data, recorded().output);
  expect(Array.from(bank.indices, image => data.source.nameOf(image).slice(folder.length + 1))).toEqual(
    ['a/00', 'a/04', 'a/06', 'b/01', 'b/05', 'b/07'].map(name => `${name}.png`),
  );
  expect(data.source.bad.map(({path}) => path.slice(folder.length + 1))).toEqual(['a/02.png', 'b/03.png']);
  await data.source.close();
  opened.encoder.dispose();
});

test('two images are enough for duplicates, of any size; one and none are told', async () => {
  const root = temporary();
  const [run, data, out] = [await encoderIn(join(root, 'encoder')), join(root, 'photos'), join(root, 'found')];
  mkdirSync(data);
  const args = ['duplicates', run, data, '--out', out, '--index', join(root, 'index'), '--workers', '0'];
  expect(await refusal(2, ...args)).toContain('got none.\nCheck the directory.');
  writeFileSync(join(data, 'a.png'), await picture(1, 3, 2)); // smaller than any crop
  expect(await refusal(2, ...args)).toContain('expected two images or more that can be read, got 1.\nAdd some.');
  writeFileSync(join(data, 'b.png'), await picture(2, 1, 1));
  const {code, errors} = await call(...args);
  expect(code, errors).toBe(0);
  expect(readFileSync(join(out, 'duplicates.csv'), 'utf8').trimEnd().split('\r\n')).toHaveLength(1);
});
