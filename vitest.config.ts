import {defineConfig} from 'vitest/config';
import projects from './vitest.workspace.js';

export default defineConfig({
  test: {
    projects,
    maxWorkers: 2,
    coverage: {
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/kernels/module.ts', '**/report/page-source.ts'], // generated
      reporter: ['text-summary', 'json-summary', 'html'],
    },
  },
});
