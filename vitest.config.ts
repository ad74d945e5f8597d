import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const {CONTRASTIVE_AFTER_NATIVE, CONTRASTIVE_SLOW} = process.env;
const slow = CONTRASTIVE_SLOW === '1';
const name = slow ? '*.slow.ts' : '*.test.ts';

/**
 * Tests that take long and ask little of a backend: files, processes, pages, and programs of parts that other tests try
 * on it. Where all have just run on native TensorFlow they are not run again.
 */
const once = [
  'packages/backend/test/setup.test.ts',
  'packages/contrastive/test/command-line.test.ts',
  'packages/contrastive/test/report/report.test.ts',
  'packages/contrastive/test/search-page/site.test.ts',
  'packages/image-files/test/{decode,web-dataset-*}.test.ts',
  'packages/internal/test/lock.test.ts',
  'examples/{custom-loss,lecture,moco-v1,own-method,own-source,photos}/test/{main,page}.test.ts',
  'bench/test/duel.test.ts',
  'testing/test/interrupted-program.test.ts',
];

export default defineConfig({
  root, // wherever it is started
  resolve: {
    // Tests read the sources of our packages, so they need no build.
    alias: [
      {find: /^contrastive$/, replacement: `${root}packages/contrastive/src/index.ts`},
      {find: /^contrastive\/report$/, replacement: `${root}packages/contrastive/src/report/index.ts`},
      {find: /^@contrastive\/testing$/, replacement: `${root}testing/src/index.ts`},
      {find: /^@contrastive\/example$/, replacement: `${root}examples/shared/src/index.ts`},
      {find: /^@contrastive\/example-picture$/, replacement: `${root}examples/picture/src/index.ts`},
      {find: /^@contrastive\/example-transfer-data$/, replacement: `${root}examples/transfer-data/src/index.ts`},
      {find: /^@contrastive\/([^/]+)\/(node|testing)$/, replacement: `${root}packages/$1/src/$2.ts`},
      {find: /^@contrastive\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts`},
    ],
  },
  test: {
    include: ['packages/*', 'examples/*', 'bench', 'testing'].map(folder => `${folder}/test/**/${name}`),
    exclude: ['**/node_modules/**', ...(CONTRASTIVE_AFTER_NATIVE === '1' ? once : [])],
    setupFiles: ['testing/src/setup.ts'],
    // A native addon cannot be loaded twice in one process, and loading TensorFlow and the packages once a worker, not
    // once a file, saves minutes.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: slow ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    coverage: {
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/kernels/module.ts', '**/report/page-source.ts'], // generated
      reporter: ['text-summary', 'json-summary', 'html'],
    },
  },
});
