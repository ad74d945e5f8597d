import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const {CONTRASTIVE_BACKEND: backend = 'tensorflow', CONTRASTIVE_SLOW} = process.env;
const slow = CONTRASTIVE_SLOW === '1';
const name = slow ? '*.slow.ts' : '*.test.ts';

/** Tests of what computes no tensor and takes long: they run once, beside native TensorFlow. */
const once = [
  'packages/internal/test/lock.test.ts',
  'packages/image-files/test/{decode,web-dataset-*}.test.ts',
  'examples/lecture/test/page.test.ts',
  'bench/test/duel.test.ts',
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
    exclude: ['**/node_modules/**', ...(backend === 'tensorflow' ? [] : once)],
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
