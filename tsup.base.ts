import {defineConfig, type Options} from 'tsup';

/** How every package here is built: ES modules for Node 20 and browsers, with types, one file per entry. */
export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'es2022',
    dts: true,
    clean: true,
    sourcemap: true,
    splitting: true,
    treeshake: true,
    ...options,
  });
}
