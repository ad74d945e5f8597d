import {execFileSync} from 'node:child_process';
import {mkdir, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {fc} from '@contrastive/testing';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {BadImageError, badImages} from '../src/bad-images.js';
import {openImage} from '../src/encoded/decode.js';
import {gradient, imageOf, withFiles} from './image-files.js';

const OPTIONS = {channels: 3, mostPixels: 1e8} as const;

async function decode(bytes: Uint8Array) {
  return (await openImage({path: 'test', bytes}, OPTIONS)).decode();
}

async function reasonOf(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BadImageError)) throw new Error('expected a bad image', {cause: error});
  expect(error.message).not.toContain('\n');
  return error.message;
}

const small = () => imageOf(gradient(37, 41), [37, 41, 3]);
const formats = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;

test.each([...formats, 'progressive jpeg' as const])(
  '%s: a file cut anywhere is bad, and neither crashes nor hangs',
  async format => {
    const bytes = await (
      format === 'progressive jpeg' ? small().jpeg({progressive: true}) : small().toFormat(format)
    ).toBuffer();
    const whole = await decode(bytes);
    const step = Math.max(1, Math.floor(bytes.length / 80));
    for (let length = 1; length < bytes.length; length += step) {
      try {
        const {data} = await decode(bytes.subarray(0, length));
        // What comes after the pixels may be missing: a checksum, an end marker.
        expect(data).toEqual(whole.data);
        expect(bytes.length - length).toBeLessThan(16);
      } catch (error) {
        expect(error).toBeInstanceOf(BadImageError);
      }
    }
  },
);

test('bytes changed anywhere give an image or a reason', async () => {
  const files = await Promise.all(formats.map(format => small().toFormat(format).toBuffer()));
  const property = fc.asyncProperty(
    fc.nat(files.length - 1),
    fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), {minLength: 1, maxLength: 4}),
    async (which, changes) => {
      const bytes = Uint8Array.from(files[which]);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const pixels = await decode(bytes).catch((error: unknown) => error);
      if (pixels instanceof Error) expect(pixels).toBeInstanceOf(BadImageError);
      else expect(pixels).toMatchObject({channels: 3});
    },
  );
  await fc.assert(property, {numRuns: 150});
});

test('damage that everything shows all the same is let through', async () => {
  const bytes = await small().jpeg().toBuffer();
  const scan = bytes.indexOf(Uint8Array.of(0xff, 0xda));
  const stray = Buffer.concat([bytes.subarray(0, scan), Uint8Array.of(1, 2, 3), bytes.subarray(scan)]);
  await expect(sharp(stray, {failOn: 'warning'}).raw().toBuffer()).rejects.toThrow(/extraneous bytes/);
  expect((await decode(stray)).data).toEqual((await decode(bytes)).data);
  expect((await decode(Buffer.concat([bytes, Buffer.alloc(50, 7)]))).data).toEqual((await decode(bytes)).data);
});

test('says what is wrong in a line', async () => {
  expect(await reasonOf(decode(new Uint8Array(0)))).toBe('it is empty');
  expect(await reasonOf(decode(Buffer.from('this is no image, but text')))).toBe(
    'it is no JPEG, PNG, WebP, AVIF, GIF or TIFF',
  );
  expect(await reasonOf(decode(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>')))).toMatch(
    /expected JPEG.* got svg/,
  );
  const bytes = await small().jpeg().toBuffer();
  expect(await reasonOf(decode(bytes.subarray(0, bytes.length / 2)))).toBe('it is truncated or damaged');
});

test('an image of a kind that is not decoded is called that', async () => {
  const beginning = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(100)]);
  for (const [bytes, kind] of [
    [beginning('BM\x9a\0\0\0\0\0\0\0\x7a\0\0\0\x6c\0\0\0'), 'BMP'],
    [beginning('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'HEIC'],
    [beginning('\0\0\0\x0cJXL \r\n\x87\n'), 'JPEG XL'],
    [beginning('\xff\x0a\xfa\x1f'), 'JPEG XL'],
    [beginning('\0\0\0\x0cjP  \r\n\x87\n'), 'JPEG 2000'],
    [beginning('\0\0\0\x18ftypmif1\0\0\0\0mif1heic'), 'HEIC'],
    [beginning('P5 2 2 255 '), 'Netpbm'],
    [beginning('8BPS\0\x01'), 'Photoshop'],
    [beginning('P6\n2 2\n255\n'), 'Netpbm'],
    [beginning('%PDF-1.7'), 'PDF'],
  ] as const)
    expect(await reasonOf(decode(bytes)), kind).toBe(
      `expected JPEG, PNG, WebP, AVIF, GIF or TIFF, got ${kind}, which is not decoded; convert it`,
    );
  const jpeg = await small().jpeg().toBuffer();
  const frame = jpeg.indexOf(Uint8Array.of(0xff, 0xc0));
  const changed = (at: number, value: number) => Buffer.from(jpeg).fill(value, frame + at, frame + at + 1);
  expect(await reasonOf(decode(changed(1, 0xc3)))).toMatch(/got a JPEG of lossless compression, which is not decoded/);
  expect(await reasonOf(decode(changed(4, 12)))).toMatch(/got a JPEG of 12 bits, which is not decoded/);
});

/** A chunk of a PNG: length, name, content, checksum. */
function chunk(name: string, content: Uint8Array): Buffer {
  const result = Buffer.alloc(12 + content.length);
  result.writeUInt32BE(content.length, 0);
  result.write(name, 4, 'latin1');
  result.set(content, 8);
  let crc = 0xffffffff;
  for (const byte of result.subarray(4, 8 + content.length)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  result.writeUInt32BE(~crc >>> 0, 8 + content.length);
  return result;
}

test('refuses too many pixels before it decodes any', async () => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(20_000, 0);
  header.writeUInt32BE(20_000, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  const bomb = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(8)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  const before = process.memoryUsage().rss;
  expect(await reasonOf(openImage({path: 'bomb', bytes: bomb}, OPTIONS))).toMatch(
    /20000 x 20000 pixels are more than mostPixels, which is 100000000/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6); // of 1.2 GB
  await expect(
    openImage({path: 'test', bytes: await small().png().toBuffer()}, {...OPTIONS, mostPixels: 37 * 41}),
  ).resolves.toMatchObject({height: 37});
  expect(
    await reasonOf(
      openImage({path: 'test', bytes: await small().png().toBuffer()}, {...OPTIONS, mostPixels: 37 * 41 - 1}),
    ),
  ).toMatch(/41 x 37/);
});

test('what is no readable file is bad, and not waited for', async () => {
  const png = await small().png().toBuffer();
  await withFiles({'inside/a.png': png, 'outside/b.png': png}, async directory => {
    const at = (...names: string[]) => join(directory, ...names);
    const within = at('inside');
    await mkdir(at('inside', 'folder.jpg'));
    execFileSync('mkfifo', [at('inside', 'pipe.jpg')]);
    await symlink(at('nowhere'), at('inside', 'broken.jpg'));
    await symlink(at('outside', 'b.png'), at('inside', 'out.png'));
    await symlink('a.png', at('inside', 'in.png'));
    const reason = (name: string) => reasonOf(openImage({path: at('inside', name), within}, OPTIONS));
    expect(await reason('folder.jpg')).toBe('it is no regular file');
    expect(await reason('pipe.jpg')).toBe('it is no regular file');
    expect(await reason('broken.jpg')).toBe('it is a link that leads nowhere');
    expect(await reason('out.png')).toBe(`it is a link that leads out of ${within}`);
    expect(await reason('missing.png')).toMatch(/could not be read \(ENOENT/);
    for (const name of ['a.png', 'in.png'])
      expect(await openImage({path: at('inside', name), within}, OPTIONS)).toMatchObject({height: 37, width: 41});
    expect(await openImage({path: at('inside', 'out.png')}, OPTIONS)).toMatchObject({height: 37});
  });
});

test('bad images are listed once each, and count by image or, in a stream, by try', () => {
  const bad = [{position: 1, path: 'b', reason: 'broken'}];
  const indexed = badImages('somewhere', {mostBad: 0.5}, 3, [{path: 'folder', reason: 'closed'}]);
  for (let pass = 0; pass < 5; pass++) indexed.note(Int32Array.of(0, 1, 2), bad);
  indexed.report('c', 'odd');
  expect(indexed.list.map(({path}) => path)).toEqual(['folder', 'b', 'c']);
  expect(() => {
    indexed.note(Int32Array.of(0), [{path: 'a', reason: 'broken too'}]);
  }).toThrow(
    'somewhere: expected at most 50 % bad images, which is mostBad, got 2 of the 3 tried so far, 66.7 % (b: broken, ' +
      'c: odd, a: broken too); check the data, or raise mostBad.',
  );
  const stream = badImages('somewhere', {mostBad: 0.1});
  for (let pass = 0; pass < 9; pass++) stream.note(10, bad); // 9 of 90: fewer were tried than count
  stream.note(10, bad);
  expect(stream.list).toHaveLength(1);
  expect(() => {
    stream.note(1, bad);
  }).toThrow(/got 11 of the 101 tried so far, 10\.9 %/);
});

test('with strict, the first bad image is an error, and what was known before is none', () => {
  const {note, report, check} = badImages('somewhere', {strict: true}, 3, [{path: 'folder', reason: 'closed'}]);
  check();
  note(Int32Array.of(0), []);
  expect(() => {
    note(Int32Array.of(1), [{path: 'b', reason: 'broken'}]);
  }).toThrow('somewhere: expected images that can be used, got b: broken; repair it or take it out, or leave out');
  report('c', 'odd');
  expect(check).toThrow(/got b: broken/);
});
