import {readdirSync, existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {TestProjectConfiguration} from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Every package under test, by folder. */
const folders = [
  ...readdirSync(`${root}packages`).map(name => `packages/${name}`),
  ...readdirSync(`${root}examples`).map(name => `examples/${name}`),
  'bench',
  'testing',
].filter(folder => existsSync(`${root}${folder}/test`));

/** Tests read the sources of our packages, so they need no build. */
const alias = [
  {find: /^contrastive$/, replacement: `${root}packages/contrastive/src/index.ts`},
  {find: /^contrastive\/report$/, replacement: `${root}packages/contrastive/src/report/index.ts`},
  {find: /^@contrastive\/testing$/, replacement: `${root}testing/src/index.ts`},
  {find: /^@contrastive\/example$/, replacement: `${root}examples/shared/src/index.ts`},
  {find: /^@contrastive\/example-picture$/, replacement: `${root}examples/picture/src/index.ts`},
  {find: /^@contrastive\/example-transfer-data$/, replacement: `${root}examples/transfer-data/src/index.ts`},
  {find: /^@contrastive\/([^/]+)\/(node|testing)$/, replacement: `${root}packages/$1/src/$2.ts`},
  {find: /^@contrastive\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts`},
];

/** Tests of what computes no tensor and takes long: they run once, beside native TensorFlow. */
const once = [
  'packages/internal/test/lock.test.ts',
  'packages/image-files/test/{decode,web-dataset-*}.test.ts',
  'examples/lecture/test/page.test.ts',
  'bench/test/duel.test.ts',
];
const onceIn = (folder: string): string[] =>
  once.filter(path => path.startsWith(`${folder}/`)).map(path => path.slice(folder.length + 1));
const {CONTRASTIVE_BACKEND: backend = 'tensorflow'} = process.env;

const projects: TestProjectConfiguration[] = folders.map(folder => ({
  resolve: {alias},
  test: {
    name: folder.replace(/^packages\//, '').replace(/^examples\//, 'example-'), // a package and an example may share a name
    root: `${root}${folder}`,
    include: [process.env.CONTRASTIVE_SLOW === '1' ? 'test/**/*.slow.ts' : 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(backend === 'tensorflow' ? [] : onceIn(folder))],
    setupFiles: [`${root}testing/src/setup.ts`],
    // A native addon cannot be loaded twice in one process, and loading TensorFlow once a worker, not once a file,
    // saves minutes.
    pool: 'forks',
    isolate: false,
    testTimeout: process.env.CONTRASTIVE_SLOW === '1' ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
  },
}));

export default projects;
