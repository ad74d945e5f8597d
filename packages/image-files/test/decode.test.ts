import type {Worker} from 'node:worker_threads';
import {
  augmentation,
  colorJitter,
  createRandom,
  evalAugment,
  horizontalFlip,
  randomResizedCrop,
  recipeOf,
  type Augment,
  type Operation,
  type Pixels,
} from '@contrastive/augment';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {openImage} from '../src/encoded/decode.js';
import {createDecoders} from '../src/encoded/decoders.js';
import {gradient, imageOf} from './image-files.js';

const RGB = {channels: 3, mostPixels: 1e8} as const;
const [H, W] = [31, 47];
const colours = gradient(H, W);
const image = () => imageOf(colours, [H, W, 3]);

/** Mean and greatest difference of bytes that lossy formats may have: measured, and rounded up. */
const LOSSY = {mean: 5, most: 40};

async function decoded(bytes: Uint8Array, {channels = 3, reduction = 1}: {channels?: 1 | 3; reduction?: number} = {}) {
  const opened = await openImage({path: 'test', bytes}, {...RGB, channels});
  const pixels = await opened.decode(reduction);
  return {...pixels, opened};
}

function differences(a: Pixels['data'], b: Pixels['data']): {mean: number; most: number} {
  const all = Array.from(a, (value, i) => Math.abs(value - b[i]));
  return {
    mean: all.reduce((sum, value) => sum + value, 0) / all.length,
    most: all.reduce((most, value) => Math.max(most, value), 0),
  };
}

test.each([
  ['PNG', () => image().png()],
  ['WebP', () => image().webp({lossless: true})],
  ['AVIF', () => image().avif({lossless: true, chromaSubsampling: '4:4:4'})],
  ['TIFF', () => image().tiff({compression: 'lzw'})],
])('%s comes out as it went in', async (format, make) => {
  const {data, height, width, channels, reducedBy} = await decoded(await make().toBuffer());
  expect([height, width, channels, reducedBy]).toEqual([H, W, 3, undefined]);
  expect(differences(data, colours).most).toBeLessThanOrEqual(format === 'AVIF' ? 2 : 0); // AVIF's colours are rounded
});

test.each([
  ['JPEG', () => image().jpeg({quality: 95})],
  ['WebP', () => image().webp({quality: 95})],
  ['AVIF', () => image().avif({quality: 90})],
  ['GIF', () => image().gif()],
])('lossy %s comes close', async (_format, make) => {
  const {data, height, width} = await decoded(await make().toBuffer());
  expect([height, width]).toEqual([H, W]);
  const {mean, most} = differences(data, colours);
  expect(mean).toBeLessThan(LOSSY.mean);
  expect(most).toBeLessThan(LOSSY.most);
});

test('turns images by their EXIF orientation', async () => {
  for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
    const {data, opened, height, width} = await decoded(
      await image().withMetadata({orientation: 6}).toFormat(format, {quality: 95}).toBuffer(),
    );
    expect([opened.height, opened.width, height, width]).toEqual([W, H, W, H]);
    const turned = new Uint8Array(colours.length);
    for (let y = 0; y < W; y++) {
      // a quarter to the right
      for (let x = 0; x < H; x++)
        turned.set(colours.subarray(((H - 1 - x) * W + y) * 3, ((H - 1 - x) * W + y) * 3 + 3), (y * H + x) * 3);
    }
    expect(differences(data, turned).mean).toBeLessThan(LOSSY.mean);
  }
});

test('grey becomes RGB, and RGB becomes grey by its bytes as in Pillow', async () => {
  const grey = await imageOf(Uint8Array.of(0, 10, 200, 255), [2, 2, 1])
    .toColourspace('b-w')
    .png()
    .toBuffer();
  expect([...(await decoded(grey)).data]).toEqual([0, 10, 200, 255].flatMap(value => [value, value, value]));
  expect([...(await decoded(grey, {channels: 1})).data]).toEqual([0, 10, 200, 255]);
  const primaries = await imageOf(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 12, 34, 56), [2, 2, 3])
    .png()
    .toBuffer();
  expect([...(await decoded(primaries, {channels: 1})).data]).toEqual([76, 150, 29, 30]); // 0.299, 0.587, 0.114
});

test('16 bits are scaled to 8', async () => {
  const colour = await imageOf(Uint16Array.of(0, 257, 25700, 65535, 32768, 51400), [1, 2, 3])
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  expect((await sharp(colour).metadata()).depth).toBe('ushort');
  expect([...(await decoded(colour)).data]).toEqual([0, 1, 100, 255, 128, 200]);
  const grey = await imageOf(Uint16Array.of(0, 25700, 51400, 65535), [2, 2, 1])
    .toColourspace('grey16')
    .png()
    .toBuffer();
  expect((await sharp(grey).metadata()).depth).toBe('ushort');
  expect([...(await decoded(grey, {channels: 1})).data]).toEqual([0, 100, 200, 255]);
});

const transparent = imageOf(Uint8Array.of(10, 20, 30, 0, 40, 50, 60, 255), [1, 2, 4]);

test.each([
  ['PNG', transparent.clone().png()],
  ['GIF', transparent.clone().gif()],
  ['WebP', transparent.clone().webp({lossless: true})],
  ['AVIF', transparent.clone().avif({lossless: true})],
  ['TIFF', transparent.clone().tiff({compression: 'lzw'})],
])('what is transparent in a %s shows white', async (_format, image) => {
  const {data} = await decoded(await image.toBuffer());
  expect([...data.slice(0, 3)]).toEqual([255, 255, 255]);
  [40, 50, 60].forEach((value, channel) => {
    expect(Math.abs(data[3 + channel] - value)).toBeLessThan(8); // palettes and YUV round
  });
});

test('what is half transparent is mixed with white', async () => {
  const rgba = await imageOf(Uint8Array.of(10, 20, 30, 0, 40, 50, 60, 128), [1, 2, 4])
    .png()
    .toBuffer();
  // Pillow's Image.alpha_composite on white
  expect((await decoded(rgba)).data).toBeAllclose([255, 255, 255, 147, 152, 157], {atol: 1, rtol: 0});
  const greyAlpha = await imageOf(Uint8Array.of(10, 0, 200, 255), [1, 2, 2])
    .toColourspace('b-w')
    .png()
    .toBuffer();
  expect([...(await decoded(greyAlpha)).data]).toEqual([255, 255, 255, 200, 200, 200]);
});

/** 8 × 8 grey pixels, two columns each of 0, 40, 128, 255; by Pillow's AVIF writer with `subsampling='4:0:0'`. */
const greys = {
  limited:
    'AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOltZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA' +
    'AA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAAQ0AAAAeAAAAKGlpbmYAAAAAAAEAAAAaaW5mZQIAAAAAAQAAYXYw' +
    'MUNvbG9yAAAAAGhpcHJwAAAASWlwY28AAAAUaXNwZQAAAAAAAAAIAAAACAAAAA5waXhpAAAAAAEIAAAADGF2MUOBABwAAAAAE2Nv' +
    'bHJuY2x4AAEADQAGAAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAJm1kYXQSAAoIGAi/YYCGgxAyEBAAhqWB8UOdNPY3NpZ0mdY=',
  full:
    'AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOltZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA' +
    'AA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAAQ0AAAAfAAAAKGlpbmYAAAAAAAEAAAAaaW5mZQIAAAAAAQAAYXYw' +
    'MUNvbG9yAAAAAGhpcHJwAAAASWlwY28AAAAUaXNwZQAAAAAAAAAIAAAACAAAAA5waXhpAAAAAAEIAAAADGF2MUOBABwAAAAAE2Nv' +
    'bHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAJ21kYXQSAAoIGAi/YYCGg1AyERAAhqWB8UUjMF2ZzZculHmg',
};

test.each(['limited', 'full'] as const)('grey AVIF of %s range is black at 0 and white at 255', async range => {
  const {data} = await decoded(Buffer.from(greys[range], 'base64'), {channels: 1});
  expect(Array.from([0, 2, 4, 6], column => data[column])).toBeAllclose([0, 40, 128, 255], {atol: 1, rtol: 0});
});

test('expands palettes, with transparency too', async () => {
  const entries = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 100, 9, 9, 9, 255);
  const palette = await imageOf(entries, [2, 2, 4]).png({palette: true}).toBuffer();
  expect(palette.includes('PLTE') && palette.includes('tRNS')).toBe(true);
  expect([...(await decoded(palette)).data]).toEqual([255, 0, 0, 0, 255, 0, 155, 155, 255, 9, 9, 9]);
});

test('CMYK becomes RGB of about the same colour', async () => {
  const cmyk = await imageOf(
    new Uint8Array(8 * 8 * 3).map((_, i) => [180, 60, 70][i % 3]),
    [8, 8, 3],
  )
    .toColourspace('cmyk')
    .jpeg({quality: 95})
    .toBuffer();
  expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
  const {data, channels} = await decoded(cmyk);
  expect(channels).toBe(3);
  [180, 60, 70].forEach((value, channel) => {
    expect(Math.abs(data[channel] - value)).toBeLessThan(30);
  });
});

test('ignores embedded RGB profiles, as torchvision does', async () => {
  const bytes = Uint8Array.of(200, 30, 60);
  const tagged = await imageOf(bytes, [1, 1, 3]).withIccProfile('p3').png().toBuffer();
  const stored = await sharp(tagged, {ignoreIcc: true}).raw().toBuffer(); // what lies in the file
  expect([...stored]).not.toEqual([...bytes]);
  expect([...(await decoded(tagged)).data]).toEqual([...stored]);
});

test('takes the first frame of a GIF and the first page of a TIFF', async () => {
  const pages = sharp(new Uint8Array(2 * 4 * 4 * 3).fill(200, 0, 48).fill(10, 48), {
    raw: {width: 4, height: 8, channels: 3, pageHeight: 4},
  });
  for (const format of ['gif', 'tiff', 'webp'] as const) {
    const {data, height, width} = await decoded(
      await pages.clone().toFormat(format, {lossless: true, compression: 'none'}).toBuffer(),
    );
    expect([height, width]).toEqual([4, 4]);
    expect(differences(data, new Uint8Array(48).fill(200)).most).toBeLessThan(3);
  }
});

test('one pixel is an image', async () => {
  for (const format of ['png', 'jpeg', 'webp', 'avif', 'gif', 'tiff'] as const) {
    const {data, height, width} = await decoded(
      await imageOf(Uint8Array.of(90, 90, 90), [1, 1, 3])
        .toFormat(format)
        .toBuffer(),
    );
    expect([height, width, data.length]).toEqual([1, 1, 3]);
    expect(Math.abs(data[0] - 90)).toBeLessThan(4);
  }
});

test('JPEGs are decoded smaller where the views allow it, close to area averages', async () => {
  for (const [height, width, reduction, times] of [
    [608, 896, 1, 1],
    [608, 896, 2.9, 1],
    [608, 896, 3, 3],
    [608, 896, 100, 3],
    [603, 899, 4, 3],
    [1, 899, 12, 3],
  ]) {
    const bytes = await imageOf(gradient(height, width), [height, width, 3])
      .withMetadata({orientation: 6})
      .jpeg({quality: 95})
      .toBuffer();
    const {data, reducedBy, ...small} = await decoded(bytes, {reduction});
    // turned
    expect([small.height, small.width]).toEqual([width, height].map(side => Math.max(Math.floor(side / times), 1)));
    expect(reducedBy).toEqual(
      times === 1
        ? undefined
        : [width - (width % 2), height - (height % 2)].map((side, axis) => side / [small.height, small.width][axis]),
    );
    if (times === 1 || height % 2 !== 0) continue; // what does not fill two pixels is left out
    const expected = averaged((await decoded(bytes)).data, [width, height], [small.height, small.width]);
    expect(differences(data, expected).mean).toBeLessThan(1);
  }
  const png = await image().png().toBuffer();
  expect(await decoded(png, {reduction: 100})).toMatchObject({height: H, width: W}); // nothing to gain
});

/** Area averages of RGB bytes. */
function averaged(
  data: Pixels['data'],
  [h, w]: readonly [number, number],
  [height, width]: readonly [number, number],
): Uint8Array {
  return Uint8Array.from({length: height * width * 3}, (_, i) => {
    const [y, x, channel] = [Math.floor(i / (3 * width)), Math.floor(i / 3) % width, i % 3];
    let [sum, weights] = [0, 0];
    for (let row = Math.floor((y * h) / height); row < Math.min(((y + 1) * h) / height, h); row++) {
      const tall = Math.min(((y + 1) * h) / height, row + 1) - Math.max((y * h) / height, row);
      for (let column = Math.floor((x * w) / width); column < Math.min(((x + 1) * w) / width, w); column++) {
        const weight = tall * (Math.min(((x + 1) * w) / width, column + 1) - Math.max((x * w) / width, column));
        sum += weight * data[(row * w + column) * 3 + channel];
        weights += weight;
      }
    }
    return Math.round(sum / weights);
  });
}

const augments = [
  augmentation([
    randomResizedCrop({size: 24, flip: 0.5}),
    colorJitter({brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8}),
  ]),
  augmentation([randomResizedCrop({size: 16, area: [0.3, 1]}), horizontalFlip()]),
];

/** Ten images, as JPEG and PNG in turn; of three formats the size differs. */
async function someImages() {
  return Promise.all(
    Array.from({length: 10}, async (_, i) => {
      const [height, width] = [200 + 10 * i, 350 - 10 * i];
      const bytes = await imageOf(gradient(height, width), [height, width, 3])
        .toFormat(i % 2 === 0 ? 'jpeg' : 'png')
        .toBuffer();
      return {path: `image ${i}`, bytes: new Uint8Array(bytes)};
    }),
  );
}

function requestOf(count: number, of: readonly Augment[]) {
  return {keys: Int32Array.from({length: count}, (_, i) => 100 + i), augments: of, stream: [1, 2, 3] as const};
}

test('views are those of the augmentation, and the same with any number of workers', async () => {
  const images = await someImages();
  const request = requestOf(images.length, augments);
  const here = await createDecoders({...RGB, workers: 0}).views(images, request);
  expect(here.sizes).toEqual([
    [24, 24],
    [16, 16],
  ]);
  expect(here.bad).toEqual([]);
  const opened = await openImage(images[3], RGB);
  const pixels = await opened.decode();
  augments.forEach((augment, view) => {
    const one = augment.view(pixels, augment.sample(opened.height, opened.width, createRandom(1, 2, 3, 103, view)));
    expect(here.views[view].subarray(3 * one.data.length, 4 * one.data.length)).toEqual(one.data);
  });
  const decoders = createDecoders({...RGB, workers: 2});
  const [first, second] = await Promise.all([
    decoders.views(images, request),
    decoders.views(images.slice(0, 3), requestOf(3, augments)),
  ]);
  expect(first).toEqual(here);
  expect(second.views).toEqual(here.views.map((bytes, view) => bytes.subarray(0, 3 * here.sizes[view][0] ** 2 * 3)));
  await decoders.close();
  expect(await decoders.views(images, request)).toEqual(here); // with new workers
  await decoders.close();
});

test("a part of a larger buffer goes to workers without the rest, and is still its owner's", async () => {
  const [{bytes}] = await someImages();
  const buffer = Buffer.alloc(bytes.length + 64);
  buffer.set(bytes, 32);
  const decoders = createDecoders({...RGB, workers: 1});
  const request = requestOf(1, augments);
  const within = {path: 'within', bytes: buffer.subarray(32, 32 + bytes.length)};
  expect(await decoders.views([within], request)).toEqual(await decoders.views([{path: 'alone', bytes}], request));
  expect(bytes.length).toBeGreaterThan(0); // not transferred
  await decoders.close();
});

test('bad images are told by their position in the batch, whoever decodes', async () => {
  const images: {path: string; bytes: Uint8Array}[] = await someImages();
  images[1] = {path: 'no image', bytes: Uint8Array.of(1, 2, 3)};
  images[8] = {path: 'half an image', bytes: images[8].bytes.slice(0, images[8].bytes.length / 2)};
  for (const workers of [0, 2]) {
    const decoders = createDecoders({...RGB, workers});
    const {bad, views} = await decoders.views(images, requestOf(images.length, augments));
    expect(bad.map(({position, path}) => [position, path])).toEqual([
      [1, 'no image'],
      [8, 'half an image'],
    ]);
    expect(views[1].subarray(16 * 16 * 3, 2 * 16 * 16 * 3).every(byte => byte === 0)).toBe(true);
    const none = await decoders.views([images[1]], requestOf(1, augments));
    expect(none).toMatchObject({
      sizes: [
        [24, 24],
        [16, 16],
      ],
      views: [new Uint8Array(24 * 24 * 3), new Uint8Array(16 * 16 * 3)],
    });
    await decoders.close();
  }
});

test("an operation of one's own works too, in this thread", async () => {
  const invert: Operation = {
    name: 'invert',
    sample: () => null,
    apply: given => ({...given, data: given.data.map(value => 1 - value)}),
  };
  const crop = randomResizedCrop({size: 24});
  const images = await someImages();
  const decoders = createDecoders({...RGB, workers: 2});
  const [own, plain] = [augmentation([crop, invert]), augmentation([crop])];
  expect(recipeOf(own)).toBeUndefined();
  const {views} = await decoders.views(images, requestOf(images.length, [own, plain]));
  const expected = await decoders.views(images, requestOf(images.length, [plain, plain]));
  expect(views[1]).toEqual(expected.views[1]);
  expect(
    differences(
      views[0],
      expected.views[0].map(value => 255 - value),
    ).most,
  ).toBeLessThanOrEqual(1);
  await decoders.close();
});

test('views must have a size of their own', async () => {
  const decoders = createDecoders({...RGB, workers: 1});
  await expect(decoders.views(await someImages(), requestOf(10, [augmentation([horizontalFlip()])]))).rejects.toThrow(
    /views have one size.*begin it with a crop/,
  );
});

test('JPEGs that say strange things of their orientation are shown as sharp shows them', async () => {
  const [height, width] = [120, 300];
  const plain = await imageOf(gradient(height, width), [height, width, 3]).jpeg({quality: 95}).toBuffer();
  const segment = (marker: number, body: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
  /** EXIF with one tag, the orientation, whose table begins at `at`. */
  const exif = (orientation: number, at = 8) => {
    const table = Buffer.alloc(at + 18);
    table.write('II*\0', 0, 'latin1');
    table.writeUInt32LE(at, 4);
    table.writeUInt16LE(1, at);
    table.writeUInt16LE(0x0112, at + 2);
    table.writeUInt16LE(3, at + 4);
    table.writeUInt32LE(1, at + 6);
    table.writeUInt16LE(orientation, at + 10);
    return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), table]));
  };
  const withSegments = (...segments: Buffer[]) =>
    new Uint8Array(Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]));
  const strange = [
    withSegments(exif(6)),
    withSegments(exif(9)),
    withSegments(exif(6, 10)),
    withSegments(exif(6), exif(1)),
    withSegments(segment(0xe1, Buffer.from('http://ns'))),
    withSegments(Buffer.alloc(200_000)),
  ];
  for (const bytes of strange) {
    const shown = await sharp(bytes, {autoOrient: true, failOn: 'error'}).raw().toBuffer({resolveWithObject: true});
    const opened = await openImage({path: 'strange', bytes}, RGB);
    expect([opened.height, opened.width]).toEqual([shown.info.height, shown.info.width]);
    expect(differences((await opened.decode()).data, shown.data).most).toBeLessThanOrEqual(1);
  }
});

test('large images are decoded small when the view allows it', async () => {
  const [height, width] = [1501, 1999];
  const bytes = new Uint8Array(
    await imageOf(gradient(height, width), [height, width, 3]).jpeg({quality: 95}).toBuffer(),
  );
  const augment = evalAugment({size: 32});
  const {views} = await createDecoders({...RGB, workers: 0}).views([{path: 'large', bytes}], requestOf(1, [augment]));
  const opened = await openImage({path: 'large', bytes}, RGB);
  const params = augment.sample(height, width, createRandom(1));
  expect(augment.reduction(params)).toBeGreaterThan(9);
  const full = augment.view(await opened.decode(), params);
  expect(differences(views[0], full.data).mean).toBeLessThan(1);
});

test('a worker that ends before its time is an error, and others take its place', async () => {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on('worker', note);
  try {
    const images = await someImages();
    const request = requestOf(images.length, augments);
    const decoders = createDecoders({...RGB, workers: 2});
    const expected = await decoders.views(images, request);
    const pending = decoders.views(images, request);
    await Promise.all([
      expect(pending).rejects.toThrow(
        /views: expected worker threads that decode images, got one that failed \(worker exited.*use fewer workers/,
      ),
      started[0].terminate(),
    ]);
    expect(await decoders.views(images, request)).toEqual(expected);
    await expect(decoders.views(images, {...request, stream: [0.5]})).rejects.toThrow(
      /failed \(createRandom: expected integers/,
    );
    expect(await decoders.views(images, request)).toEqual(expected);
    await decoders.close();
    expect(started.length).toBeGreaterThan(4);
  } finally {
    process.off('worker', note);
  }
});

test('closing waits for what was asked', async () => {
  const decoders = createDecoders({...RGB, workers: 1});
  const images = await someImages();
  const [{views}] = await Promise.all([decoders.views(images, requestOf(images.length, augments)), decoders.close()]);
  expect(views[0].some(byte => byte > 0)).toBe(true);
  await decoders.close(); // again, which does nothing
});

test('what was decoded is freed', async () => {
  const bytes = await imageOf(gradient(375, 500), [375, 500, 3]).jpeg().toBuffer();
  for (let i = 0; i < 50; i++) await decoded(bytes);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 300; i++) await decoded(bytes);
  expect(process.memoryUsage().rss - before).toBeLessThan((300 * 375 * 500 * 3) / 2);
});
