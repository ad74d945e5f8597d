import {createHash} from 'node:crypto';
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {readImages} from '@contrastive/data';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {downloadVerified, fullDirectory} from '../src/fashion-mnist-files.js';
import {fashionMnist} from '../src/index.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrastive-data-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, {recursive: true});
});

const idx = (dimensions: number, ...rest: number[]) => Uint8Array.from([0, 0, 8, dimensions, ...rest]);
const imageFile = idx(3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 255);
const labelFile = idx(1, 0, 0, 0, 2, 9, 4);
const write = (name: string, content: Uint8Array) => writeFile(join(directory, name), content);

async function serve<T>(content: Uint8Array, status: number, body: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => {
    response.writeHead(status).end(content);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

test('the bundled images are the first of the data set', async () => {
  const train = await fashionMnist();
  expect(train).toMatchObject({length: 10_000, size: [28, 28], channels: 1});
  // As Fashion-MNIST is commonly shown: an ankle boot, two T-shirts, two dresses, …
  expect(Array.from(train.labels?.slice(0, 10) ?? [])).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  expect(train.classNames?.[9]).toBe('Ankle boot');
  const test = await fashionMnist({split: 'test'});
  expect(test.length).toBe(10_000);
  expect(Array.from(test.labels?.slice(0, 10) ?? [])).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
});

test('bundled files are checked, those of a directory that the user names are not', async () => {
  await write('train-images-idx3-ubyte.gz', gzipSync(imageFile));
  await write('train-labels-idx1-ubyte.gz', gzipSync(labelFile));
  const {checksums} = await import('@contrastive/fashion-mnist');
  vi.doMock('@contrastive/fashion-mnist', () => ({directory, checksums}));
  try {
    await expect(fashionMnist()).rejects.toThrow(
      /train-images-idx3-ubyte\.gz: expected the bundled file with the SHA-256 8dc85d66.* install .* again/,
    );
    await expect(fashionMnist({split: 'test'})).rejects.toThrow(
      /t10k-images-idx3-ubyte\.gz: expected this bundled file, got one that cannot be read \(ENOENT/,
    );
  } finally {
    vi.doUnmock('@contrastive/fashion-mnist');
  }
  expect(await fashionMnist({directory})).toMatchObject({length: 2});
});

test('without the package of the bundled images it says how to get it', async () => {
  vi.doMock('@contrastive/fashion-mnist', () => {
    throw new Error('not installed');
  });
  try {
    await expect(fashionMnist()).rejects.toThrow(
      /fashionMnist: expected the package @contrastive\/fashion-mnist, .* install it \(npm install @contrastive\/fashion-mnist\)/,
    );
  } finally {
    vi.doUnmock('@contrastive/fashion-mnist');
  }
});

test('reads plain and gzipped files from a directory', async () => {
  await write('train-images-idx3-ubyte', imageFile);
  await write('train-labels-idx1-ubyte.gz', gzipSync(labelFile));
  const source = await fashionMnist({directory});
  expect(source).toMatchObject({length: 2, size: [1, 2], labels: Int32Array.from([9, 4])});
  expect((await readImages(source, [0, 1])).bytes).toEqual(Uint8Array.of(0, 51, 102, 255));
});

test('tells what is wrong with the files', async () => {
  const missing = join(directory, 'nowhere');
  await expect(fashionMnist({directory: missing})).rejects.toThrow(
    /nowhere.train-images-idx3-ubyte: .* found neither; check the directory/,
  );
  await write('train-labels-idx1-ubyte', labelFile);

  await write('train-images-idx3-ubyte.gz', gzipSync(imageFile).subarray(0, 30));
  await expect(fashionMnist({directory})).rejects.toThrow(
    /images-idx3-ubyte\.gz: expected a gzip file, got an error .* damaged or truncated, fetch it again/,
  );
  await write('train-images-idx3-ubyte.gz', imageFile);
  await expect(fashionMnist({directory})).rejects.toThrow(/expected a gzip file, got other contents/);
  await write('train-images-idx3-ubyte.gz', gzipSync(imageFile.subarray(0, -1)));
  await expect(fashionMnist({directory})).rejects.toThrow(/expected 20 bytes for the shape \[2, 1, 2\], got 19/);

  await write('train-images-idx3-ubyte.gz', gzipSync(imageFile));
  await write('train-labels-idx1-ubyte', idx(1, 0, 0, 0, 1, 9));
  await expect(fashionMnist({directory})).rejects.toThrow(
    /labels-idx1-ubyte: expected 2 labels, as many as .* got 1; fetch both/,
  );
  await write('train-labels-idx1-ubyte', idx(1, 0, 0, 0, 2, 9, 10));
  await expect(fashionMnist({directory})).rejects.toThrow(/expected labels from 0 to 9, got 10 at 1/);
  await expect(fashionMnist({split: 'valid' as 'test'})).rejects.toThrow(
    /fashionMnist: expected 'train' or 'test' as split, got 'valid'/,
  );
});

test('the data set comes from the Debian package, else from the cache, else the error says how to get it', async () => {
  vi.stubEnv('CONTRASTIVE_CACHE', directory);
  const names = ['t10k-images-idx3-ubyte'];
  const debian = join(directory, 'debian');
  await serve(new Uint8Array(), 404, async mirror => {
    await expect(fullDirectory(names, {debian, mirror})).rejects.toThrow(
      /could not be downloaded \(.*answered 404.* dataset-fashion-mnist/s,
    );
  });
  await serve(gzipSync(imageFile), 200, async mirror => {
    await expect(fullDirectory(names, {debian, mirror})).rejects.toThrow(/expected contents with the SHA-256 5b4141f0/);
  });
  expect(await readdir(directory)).toEqual([]);
  const cache = join(directory, 'fashion-mnist');
  await downloadTo(join(cache, `${names[0]}.gz`));
  expect(await fullDirectory(names, {debian, mirror: 'http://127.0.0.1:1'})).toBe(cache);
  await downloadTo(join(debian, `${names[0]}.gz`));
  expect(await fullDirectory(names, {debian, mirror: 'http://127.0.0.1:1'})).toBe(debian);
});

async function downloadTo(file: string): Promise<void> {
  await serve(gzipSync(imageFile), 200, url =>
    downloadVerified(url, file, createHash('sha256').update(imageFile).digest('hex')),
  );
}

test('a download leaves the file and nothing else', async () => {
  await downloadTo(join(directory, 'some', 'images.gz'));
  expect(await readdir(join(directory, 'some'))).toEqual(['images.gz']);
});
