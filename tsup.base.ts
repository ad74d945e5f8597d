import {defineConfig, type Options} from 'tsup';

/** How every package here is built: ES modules for Node 20 and browsers, one file per entry; types come afterwards. */
export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'es2022',
    clean: ['!**/*.d.ts', '!**/*.d.mts'], // else all that is there
    sourcemap: true,
    splitting: true,
    treeshake: true,
    ...options,
  });
}
