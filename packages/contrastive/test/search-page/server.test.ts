import {createHash} from 'node:crypto';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {nearest, selectRows} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {openIndexed} from '../../src/data/open-data.js';
import {UsageError} from '../../src/program/usage-error.js';
import type {Shown} from '../../src/search-page/browser/engine.js';
import {listen} from '../../src/search-page/server/listen.js';
import {picture} from '../images.js';
import {makeGallery, nasty, type Gallery} from './gallery.js';
import {ask, MOST, serveGallery, TOKEN, type Came} from './serving.js';

let gallery: Gallery;
let server: Awaited<ReturnType<typeof serveGallery>>;

beforeAll(async () => {
  gallery = await makeGallery();
  server = await serveGallery(gallery);
});

afterAll(async () => {
  await server.close();
  await gallery.close();
});

/** As the server answers; each test says what that is. */
const jsonOf = ({body}: Came): unknown => JSON.parse(body.toString());

const reasonOf = (came: Came): string => (jsonOf(came) as {readonly reason: string}).reason;

/** What is between the tags of an element, whose sum a policy allows. */
const sumOf = (page: string, tag: string): string => {
  const [, text = ''] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page) ?? [];
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
};

test('the page tells nothing, and is allowed its own script and style and nothing else', async () => {
  const {status, headers, body} = await ask(server.port, '/');
  const page = body.toString();
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src ${sumOf(page, 'script')}`);
  expect(policy).toContain(`style-src ${sumOf(page, 'style')}`);
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(page).not.toMatch(/ on\w+=| style=|00\.png/);
  expect(headers['set-cookie']).toBeUndefined();
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test('without the word of the session nothing is told', async () => {
  const bearer = [undefined, '', TOKEN, 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `bearer ${TOKEN}`];
  for (const authorization of bearer) {
    const headers = {origin: server.origin, ...(authorization !== undefined && {authorization})};
    for (const path of ['/about', '/some', '/others', '/image/0', '/thumbnail/0']) {
      const came = await ask(server.port, path, {headers});
      expect(came.status, `${path} ${authorization ?? ''}`).toBe(401);
      expect(reasonOf(came)).toContain('Open the address that contrastive serve has printed');
    }
    expect((await ask(server.port, '/near/0', {method: 'POST', headers})).status).toBe(401);
  }
});

test.each(['evil.example', '127.0.0.1.evil.example', '10.0.0.1'])(
  'asked by the name %j it says nothing',
  async host => {
    for (const path of ['/', '/about']) {
      const came = await server.page(path, {headers: {host}});
      expect(came.status).toBe(421);
      expect(came.body.toString()).not.toContain('photos');
    }
  },
);

test.each([undefined, 'null', 'http://evil.example', 'https://127.0.0.1', 'http://127.0.0.1'])(
  'a page of %j may not let it compute',
  async origin => {
    const headers = {authorization: `Bearer ${TOKEN}`, ...(origin !== undefined && {origin})};
    for (const path of ['/near/0', '/near']) {
      const came = await ask(server.port, path, {method: 'POST', headers});
      expect([came.status, reasonOf(came)]).toEqual([403, 'Only the page of contrastive serve may ask for this.']);
    }
  },
);

test('there are two verbs', async () => {
  for (const [path, method, allow] of [
    ['/near/0', 'GET', 'POST'],
    ['/about', 'POST', 'GET'],
    ['/', 'PUT', 'GET'],
    ['/thumbnail/0', 'DELETE', 'GET'],
    ['/about', 'OPTIONS', 'GET'],
  ] as const) {
    const {status, headers} = await server.page(path, {method});
    expect([path, status, headers.allow]).toEqual([path, 405, allow]);
  }
});

test.each([
  '/thumbnail/40',
  '/thumbnail/-1',
  '/thumbnail/01',
  '/thumbnail/1e1',
  '/thumbnail/0/..',
  '/thumbnail/0?size=9999',
  '/thumbnail/..%2f..%2f..%2fetc%2fpasswd',
  '/thumbnail/a/drawing.svg',
  '/thumbnail/',
  '/../../../etc/passwd',
  '//etc/passwd',
  '/image/999999999',
  '/image/9999999999',
  '/image/%00',
  '/a/drawing.svg',
  '/index.html',
  '/about/',
])('%s names nothing', async path => {
  const came = await server.page(path);
  expect(came.status).toBe(404);
  expect(came.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(came.body.toString()).not.toMatch(/root:|svg|passwd/);
});

test('what there is to search is told, and its names are text', async () => {
  expect(jsonOf(await server.page('/about'))).toEqual({
    ...{title: 'photos', images: 40, encoder: 'encoder', mostBytes: MOST},
  });
  const names = await Promise.all(
    Array.from({length: 40}, async (_, image) => (jsonOf(await server.page(`/image/${image}`)) as Shown).name),
  );
  expect(names).toContain('a/00.png');
  expect(names).toContain(`a/${nasty[0]}`); // the page makes text of it
  expect(names).toContain('a/line␊break.png');
  expect(names).toContain('a/\ufffdgnp.png');
  expect(names.join()).not.toContain('svg');
  expect(names.join()).not.toContain(gallery.root);
  const some = jsonOf(await server.page('/some')) as Shown[];
  expect(some).toHaveLength(24);
  expect(some.every(({image, name}) => names[image] === name)).toBe(true);
  const others = jsonOf(await server.page('/others')) as Shown[];
  expect(new Set(others.map(({image}) => image)).size).toBe(24);
});

test('a thumbnail is a new picture of the image', async () => {
  const {status, headers, body} = await server.page('/thumbnail/3');
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'image/webp', 'no-store']);
  const {format, width, height, exif} = await sharp(body).metadata();
  expect([format, width, height, exif]).toEqual(['webp', 288, 288, undefined]);
  const square = {left: 2, top: 0, width: 36, height: 36}; // in the middle of 40 x 36 pixels
  const middle = await sharp(gallery.data.source.nameOf(gallery.bank.indices[3])).extract(square).png().toBuffer();
  const small = async (image: Buffer): Promise<Buffer> => sharp(image).resize(8, 8).raw().toBuffer();
  const [own, original] = [await small(body), await small(middle)];
  const differences = Array.from(own, (value, i) => Math.abs(value - original[i]));
  expect(differences.reduce((sum, one) => sum + one) / differences.length).toBeLessThan(8);
  expect((await server.page('/thumbnail/3')).body).toEqual(body);
});

test('an image is answered with those that nearest finds, without itself', async () => {
  const {bank} = gallery;
  const {rows, similarities} = await nearest(bank, selectRows(bank, [5]), 13);
  const hits = jsonOf(await server.page('/near/5', {method: 'POST'})) as Shown[];
  expect(hits.map(({image}) => image)).toEqual([...rows.subarray(1)]);
  expect(hits.map(({similarity}) => similarity)).toEqual([...similarities.subarray(1)]);
});

test('a file is answered with those that nearest finds, whatever it says it is; no tensor stays', async () => {
  const {bank, data} = gallery;
  const file = readFileSync(data.source.nameOf(bank.indices[5]));
  const {rows} = await nearest(bank, selectRows(bank, [5]), 12);
  let tensors = 0;
  for (const type of ['image/png', 'text/html', 'image/svg+xml']) {
    const came = await server.page('/near', {method: 'POST', body: [file], headers: {'content-type': type}});
    const hits = jsonOf(came) as Shown[];
    expect(hits.map(({image}) => image)).toEqual([...rows]);
    expect(hits[0].similarity).toBeGreaterThan(0.99999);
    tensors ||= tf.memory().numTensors;
    expect(tf.memory().numTensors).toBe(tensors);
  }
});

test('more bytes than are taken are refused before they have come', async () => {
  const piece = new Uint8Array(100_000);
  const headers = {'content-length': String(MOST + 1)};
  const declared = await server.page('/near', {method: 'POST', headers, body: [piece]}); // the rest never comes
  expect([declared.status, reasonOf(declared)]).toEqual([413, 'This is larger than 1 MB, the most that is taken.']);
  const streamed = await server.page('/near', {method: 'POST', body: Array.from({length: 30}, () => piece)});
  expect(streamed.status).toBe(413);
  expect((await server.page('/about')).status).toBe(200);
});

/** A PNG that says that it is very large. */
async function bomb(): Promise<Buffer> {
  const png = await picture(1);
  png.writeUInt32BE(30_000, 16);
  png.writeUInt32BE(30_000, 20);
  return png;
}

test.each([
  ['nothing', () => Buffer.alloc(0), 'it is empty'],
  ['text', () => Buffer.from('no image'), 'it is no JPEG'],
  ['a drawing', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'SVG'],
  ['a cut file', async () => (await picture(1)).subarray(0, 900), 'truncated or damaged'],
  ['a bomb', bomb, 'pixels are more than mostPixels'],
])('%s is no image, and that is said', async (_, make, reason) => {
  const came = await server.page('/near', {method: 'POST', body: [await make()]});
  expect(came.status).toBe(422);
  expect(reasonOf(came).toLowerCase()).toContain(reason.toLowerCase());
  expect(server.failures).toEqual([]);
});

test('an image that went meanwhile is missing, and all else is there', async () => {
  const own = await makeGallery();
  onTestFinished(() => own.close());
  const serving = await serveGallery(own);
  onTestFinished(() => serving.close());
  rmSync(own.data.source.nameOf(own.bank.indices[2]));
  writeFileSync(own.data.source.nameOf(own.bank.indices[4]), 'broken');
  for (const image of [2, 4]) {
    const came = await serving.page(`/thumbnail/${image}`);
    expect([came.status, reasonOf(came)]).toEqual([404, 'This image cannot be read any more.']);
  }
  expect((await serving.page('/thumbnail/3')).status).toBe(200);
  expect((await serving.page('/near/2', {method: 'POST'})).status).toBe(200);
});

test('what fails by its own fault is told in the terminal, and not to the asker', async () => {
  const own = await makeGallery();
  onTestFinished(() => own.close());
  const data = await openIndexed('test', own.folder, {workers: 0});
  const failing = {...data, source: {...data.source, views: async () => Promise.reject(new Error('/secret/place'))}};
  const serving = await serveGallery({...own, data: failing});
  onTestFinished(() => serving.close());
  const came = await serving.page('/thumbnail/3');
  expect([came.status, reasonOf(came)]).toEqual([500, 'It failed; the terminal says why.']);
  expect(String(serving.failures)).toContain('/secret/place');
});

test('a port that is taken, and an address of others, are told before anything is begun', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    other.close();
  });
  const {port} = other.address() as AddressInfo;
  const failure = async (host: string, asked: number): Promise<Error> =>
    listen('test', host, asked).then(
      () => new Error('it listens'),
      (error: unknown) => error as Error,
    );
  const taken = await failure('127.0.0.1', port);
  expect(taken).toBeInstanceOf(UsageError);
  expect(taken.message).toBe(
    `test: expected a free port as --port, got ${port}, at which another program listens; give another, for example ` +
      `--port ${port + 1}.`,
  );
  expect((await failure('192.0.2.7', 0)).message).toContain('expected an address of this computer as --host');
  expect((await failure('127.0.0.1', 65_536)).message).toContain('expected a port up to 65535 as --port, got 65536');
});

test('until it is ready it says so, and when it is closed nothing listens', async () => {
  const listening = await listen('test', '127.0.0.1', 0);
  expect((await ask(listening.port, '/')).status).toBe(503);
  await listening.close();
  await listening.close();
  await expect(ask(listening.port, '/')).rejects.toThrow('ECONNREFUSED');
});
