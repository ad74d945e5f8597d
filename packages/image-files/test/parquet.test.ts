import {mkdir, mkdtemp, open, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {evalAugment, simclrAugment} from '@contrastive/augment';
import {readImages} from '@contrastive/data';
import {golden} from '@contrastive/testing';
import {parquetWriteBuffer, type ParquetWriteOptions} from 'hyparquet-writer';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {listFiles} from '../src/parquet/list-files.js';
import {openImages, type ParquetImages} from '../src/parquet/open-images.js';
import {parquet} from '../src/parquet/parquet.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrastive-parquet-'));
});
afterEach(async () => {
  await rm(directory, {recursive: true});
});

interface Row {
  readonly bytes: string | null;
  readonly path: string | null;
  readonly label: number;
}
const {classNames, rows, withNulls} = golden(import.meta.url, 'parquet') as {
  classNames: string[];
  rows: Row[];
  withNulls: Row[];
};
const goldenFile = (name: string) => fileURLToPath(new URL(`./golden/parquet/${name}.parquet`, import.meta.url));
const labelsOf = (of: readonly Row[]) => Int32Array.from(of, row => row.label);

const options = {column: 'image', labelColumn: undefined, memory: 2 ** 30};

const located = async (images: ParquetImages, indices = Array.from({length: images.length}, (_, i) => i)) =>
  Promise.all(indices.map(i => images.locate(i)));

/** What reading a golden file should give. */
const expected = (file: string, of: readonly Row[]) =>
  of.map(({bytes, path}, row) => ({
    path: `${file} row ${row}${path === null ? '' : ` (${path})`}`,
    bytes: new Uint8Array(Buffer.from(bytes ?? '', 'base64')),
  }));

/** Writes a file of the given columns, by hyparquet-writer. */
async function write(
  name: string,
  columnData: ParquetWriteOptions['columnData'],
  more: Partial<ParquetWriteOptions> = {},
): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, new Uint8Array(parquetWriteBuffer({columnData, ...more})));
  return file;
}

/** A column of binary images, of which number i has the bytes i, i + 1 and i + 2. */
const images = (count: number, first = 0) => ({
  name: 'image',
  type: 'BYTE_ARRAY' as const,
  data: Array.from({length: count}, (_, i) => Uint8Array.of(first + i, first + i + 1, first + i + 2)),
});
const labels = (...data: (number | null)[]) => ({name: 'label', type: 'INT32' as const, data, nullable: true});
const firstBytes = async (source: ParquetImages) => (await located(source)).map(({bytes}) => bytes?.[0]);

test('reads what datasets writes, with the names of its classes', async () => {
  const file = goldenFile('datasets');
  const source = await openImages([file], options);
  expect(source).toMatchObject({length: 7, classNames, labels: labelsOf(rows)});
  expect(await located(source)).toEqual(expected(file, rows));
});

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])(
  'reads what pyarrow writes: compression %s, several row groups, rows without images',
  async codec => {
    const file = goldenFile(codec);
    const source = await openImages([file], options);
    expect(source).toMatchObject({length: 7, labels: labelsOf(withNulls)});
    expect(source.classNames).toBeUndefined();
    expect(await located(source)).toEqual(expected(file, withNulls));
    expect(await located(source, [6, 0, 6])).toEqual([6, 0, 6].map(i => expected(file, withNulls)[i]));
  },
);

test('reads a column of plain bytes, and labels of another name and width', async () => {
  const file = goldenFile('plain');
  const source = await openImages([file], {...options, column: 'png', labelColumn: 'class'});
  expect(source.labels).toEqual(labelsOf(rows));
  expect(await located(source)).toEqual(
    expected(
      file,
      rows.map(row => ({...row, path: null})),
    ),
  );
  expect((await openImages([file], {...options, column: 'png'})).labels).toBeUndefined();
});

test.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP'] as const)(
  'reads what hyparquet-writer writes: %s, several files, one of them empty',
  async codec => {
    const more = {codec, compressors: {GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))}, rowGroupSize: 2};
    const files = [
      await write('a.parquet', [images(5), labels(0, 1, 2, 3, 4)], more),
      await write('b.parquet', [images(0), labels()], more),
      await write('c.parquet', [images(3, 50), labels(5, 6, 7)], more),
    ];
    const source = await openImages(files, options);
    expect(source).toMatchObject({length: 8, labels: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7)});
    expect(await firstBytes(source)).toEqual([0, 1, 2, 3, 4, 50, 51, 52]);
    expect((await source.locate(6)).path).toBe(`${files[2]} row 1`);
  },
);

test('an image has memory of its own', async () => {
  const source = await openImages([goldenFile('none')], options);
  const {bytes} = await source.locate(0);
  expect(bytes?.buffer.byteLength).toBe(bytes?.length);
  bytes?.fill(0);
  expect((await source.locate(0)).bytes?.[1]).toBe(0x50); // P of PNG
});

test('labels that are null or negative are none: of all images no labels, of some an error', async () => {
  const none = await write('none.parquet', [images(2), labels(null, -1)]);
  const some = await write('some.parquet', [images(3), labels(1, 0, null)]);
  const all = await write('all.parquet', [images(2), labels(1, 0)]);
  const without = await write('without.parquet', [images(2)]);
  expect((await openImages([none, without], options)).labels).toBeUndefined();
  await expect(openImages([some], options)).rejects.toThrow(
    /some\.parquet row 2: expected a label, as other images have one, got none; give labelColumn: false/,
  );
  await expect(openImages([all, without], options)).rejects.toThrow(/without\.parquet row 0: expected a label/);
  expect(await openImages([some, all], {...options, labelColumn: false})).toMatchObject({length: 5, labels: undefined});
  await expect(openImages([without], {...options, labelColumn: 'label'})).rejects.toThrow(
    /expected integers in the column label, found the columns image \(byte_array\); give/,
  );
});

test('tells which columns a file has, and what to do', async () => {
  const text = {name: 'label', type: 'STRING' as const, data: ['cat', 'dog']};
  const other = await write('other.parquet', [
    {...images(2), name: 'img'},
    text,
    {name: 'size', type: 'DOUBLE', data: [1, 2]},
  ]);
  const message =
    /other\.parquet: expected images \(.*\) in the column image, found the columns img \(byte_array\), label \(.*\), size \(double\); give column: 'img'\./;
  await expect(openImages([other], options)).rejects.toThrow(message);
  await expect(openImages([other], {...options, column: 'size'})).rejects.toThrow(/in the column size, found/);
  const advice =
    /expected integers in the column label, found .*give labelColumn: the name .*, or labelColumn: false\./;
  await expect(openImages([other], {...options, column: 'img'})).rejects.toThrow(advice);
  await expect(openImages([other], {...options, column: 'img', labelColumn: 'size'})).rejects.toThrow(
    /expected integers in the column size/,
  );
  expect(await openImages([other], {...options, column: 'img', labelColumn: false})).toMatchObject({length: 2});
  const neither = await write('neither.parquet', [text]);
  await expect(openImages([neither], options)).rejects.toThrow(/no column of this file has images/);
});

test('names of classes come from the footer, are the same in all files, and enough', async () => {
  const named = (names: unknown) => ({
    kvMetadata: [
      {key: 'huggingface', value: JSON.stringify({info: {features: {label: {names, _type: 'ClassLabel'}}}})},
    ],
  });
  const ab = await write('ab.parquet', [images(2), labels(0, 1)], named(['a', 'b']));
  const ba = await write('ba.parquet', [images(2), labels(0, 1)], named(['b', 'a']));
  const few = await write('few.parquet', [images(2), labels(0, 1)], named(['a']));
  const damaged = await write('damaged.parquet', [images(2), labels(0, 1)], {
    kvMetadata: [{key: 'huggingface', value: '{"info": 3, '}],
  });
  const odd = await write('odd.parquet', [images(2), labels(0, 1)], named([1, 2]));
  expect((await openImages([damaged, ab, odd], options)).classNames).toEqual(['a', 'b']);
  await expect(openImages([ab, ba], options)).rejects.toThrow(
    /ba\.parquet: expected the classes of .*ab\.parquet, got others; open .* apart/,
  );
  await expect(openImages([few], options)).rejects.toThrow(
    /few\.parquet row 1: expected a label below 1, the number of named classes, got 1/,
  );
});

test('tells what no parquet file is', async () => {
  const file = join(directory, 'x.parquet');
  const put = (content: string | Uint8Array) => writeFile(file, content);
  await put('');
  await expect(openImages([file], options)).rejects.toThrow(
    /x\.parquet: expected a parquet file, which begins with PAR1, got an empty file; check the path/,
  );
  await put('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2\n');
  await expect(openImages([file], options)).rejects.toThrow(
    /got other contents; it is a pointer of Git LFS, run git lfs pull/,
  );
  await put('PAR1');
  await expect(openImages([file], options)).rejects.toThrow(
    /it does not after its 4 bytes; it is truncated, fetch it again/,
  );
  await put('PAR1\xff\xff\xff\x7fPAR1');
  await expect(openImages([file], options)).rejects.toThrow(
    /expected a footer, got an error \(.*\); the file is damaged, fetch it again/,
  );
  const empty = await write('empty.parquet', [images(0), labels()]);
  await expect(openImages([empty, empty], options)).rejects.toThrow(
    /empty\.parquet: expected images, got no rows, nor in the other files; check the files/,
  );
});

test('a file that was cut off anywhere is an error that says so', async () => {
  const whole = await readFile(goldenFile('gzip'));
  const file = join(directory, 'cut.parquet');
  for (let length = 0; length < whole.length; length += 41) {
    await writeFile(file, whole.subarray(0, length));
    await expect(openImages([file], options)).rejects.toThrow(
      /cut\.parquet: expected a parquet file.*(check the path|truncated)/,
    );
  }
});

test('a file from whose middle bytes are missing is an error, when it is opened or read', async () => {
  const whole = await readFile(goldenFile('snappy'));
  const file = join(directory, 'gap.parquet');
  for (let from = 4; from < whole.length - 100; from += 89) {
    await writeFile(file, Buffer.concat([whole.subarray(0, from), whole.subarray(from + 60)]));
    const reading = openImages([file], options).then(located);
    await expect(reading, `60 bytes missing at ${from}`).rejects.toThrow(/gap\.parquet: .* damaged, fetch it again/);
  }
});

test('a compression that nothing here can unpack is an error', async () => {
  const file = await write('lzo.parquet', [images(2)], {codec: 'LZO', compressors: {LZO: bytes => bytes}});
  await expect(openImages([file], options)).rejects.toThrow(
    /expected the column image uncompressed or compressed with one of snappy, .*, got lzo; write the file again/,
  );
});

test('finds the files of a directory by name, and does not mix splits', async () => {
  const names = [
    'train-00001-of-00002.parquet',
    'train-00000-of-00002.parquet',
    'test-00000-of-00001.parquet',
    'readme.md',
  ];
  for (const name of names) await writeFile(join(directory, name), '');
  const paths = (...files: string[]) => files.map(name => join(directory, name));
  expect(await listFiles(directory, 'train')).toEqual(paths(names[1], names[0]));
  await expect(listFiles(directory, undefined)).rejects.toThrow(
    /expected the files of one split in .*, found test, train; give split: 'test', or a list of files/,
  );
  await expect(listFiles(directory, 'validation')).rejects.toThrow(
    /expected files named validation-….parquet in .*, found test-00000-of-00001\.parquet, train/,
  );
  await mkdir(join(directory, 'more'));
  await expect(listFiles(join(directory, 'more'), undefined)).rejects.toThrow(
    /expected files that end in \.parquet in .*more, found none; check the directory/,
  );
  // macOS leaves hidden files beside others.
  for (const name of ['more/b.parquet', 'more/B.parquet', 'more/._b.parquet'])
    await writeFile(join(directory, name), '');
  expect(await listFiles([join(directory, names[2]), join(directory, 'more')], undefined)).toEqual(
    paths(names[2], 'more/B.parquet', 'more/b.parquet'),
  );
});

test('tells which paths are none', async () => {
  await expect(parquet(join(directory, 'nowhere'))).rejects.toThrow(
    /parquet: expected a file or directory, got .*nowhere, which cannot be read \(ENOENT.*; check the path/,
  );
  await expect(parquet([])).rejects.toThrow(/expected at least one file or directory as files, got none/);
  await expect(parquet([3] as never)).rejects.toThrow(TypeError);
  await expect(parquet(goldenFile('datasets'), {memory: -1})).rejects.toThrow(
    /parquet: expected a number from 0 on as memory, got -1/,
  );
  await expect(parquet(goldenFile('datasets'), {columns: 'img'} as never)).rejects.toThrow(
    /parquet: expected options among .*, got columns; did you mean column\?/,
  );
});

/** The pixels of golden images. */
const pixels = (...of: number[]) =>
  Uint8Array.from({length: 192 * of.length}, (_, at) => {
    const [n, i] = [of[Math.floor(at / 192)], at % 192];
    return (37 * n + 11 * i + i * i) % 256;
  });
const small = evalAugment({size: 8});

test('the source decodes the images, makes views, and leaves out rows without one', async () => {
  const whole = await parquet(goldenFile('datasets'), {workers: 0});
  expect(whole).toMatchObject({length: 7, channels: 3, classNames, labels: labelsOf(rows), bad: []});
  expect(whole.nameOf(5)).toBe(`${goldenFile('datasets')} row 5`);
  expect((await readImages(whole, [5, 2], small)).bytes).toEqual(pixels(5, 2));

  const file = goldenFile('gzip');
  const source = await parquet(file, {workers: 0});
  expect(await readImages(source, [1, 0, 4, 3], small)).toMatchObject({
    bytes: pixels(0, 3),
    positions: Int32Array.of(1, 3),
  });
  expect(source.bad).toEqual([
    {path: `${file} row 1`, reason: 'the row has no image'},
    {
      path: `${file} row 4 (4.png)`,
      reason: 'the row has only the path of an image; write the file anew with the images in it',
    },
  ]);

  const request = {
    indices: Int32Array.of(4, 5),
    keys: Int32Array.of(0, 1),
    augments: [simclrAugment({size: 4})],
    stream: [1] as [number],
  };
  const views = await source.views(request);
  expect(views).toMatchObject({sizes: [[4, 4]], bad: [{position: 0, path: `${file} row 4 (4.png)`}]});
  await source.close();
  expect(await source.views(request)).toEqual(views);
});

test('a row group that was damaged since is an error that names it; the others go on', async () => {
  const file = join(directory, 'x.parquet');
  await writeFile(file, await readFile(goldenFile('datasets')));
  const source = await parquet(file, {workers: 0, memory: 0});
  const handle = await open(file, 'r+');
  await handle.write(new Uint8Array(60).fill(255), 0, 60, 4); // the first page header
  await handle.close();
  await expect(readImages(source, [5, 1], small)).rejects.toThrow(
    /x\.parquet: expected rows 0 to 2 of the column image, got an error \(.*\); the file is damaged, fetch it again/,
  );
  expect((await readImages(source, [5], small)).bytes).toEqual(pixels(5));
});
