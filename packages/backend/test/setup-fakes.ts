import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {onTestFinished, vi} from 'vitest';

/**
 * A machine made of stand-ins: a cache, an installed native package, and only those programs on the PATH that a test
 * puts there.
 */
export interface FakeMachine {
  /** Root of everything. */
  readonly directory: string;
  /** Directory of the cache. */
  readonly cache: string;
  /** Directory of the native package, which is not set up. */
  readonly packageDirectory: string;
  /** Puts a shell script on the PATH. */
  program(name: string, script: string): void;
  /** Writes a file, with the directories above it. */
  file(path: string, content?: string): string;
}

/** Makes a machine for one test; it is gone afterwards. */
export function fakeMachine(): FakeMachine {
  const directory = mkdtempSync(join(tmpdir(), 'contrastive-set-up-'));
  // Not an afterEach of this module: it is evaluated once a worker, and would serve the first file alone.
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(directory, {recursive: true, force: true});
  });
  const bin = join(directory, 'bin');
  const file = (path: string, content = ''): string => {
    const target = join(directory, path);
    mkdirSync(dirname(target), {recursive: true});
    writeFileSync(target, content);
    return target;
  };
  mkdirSync(bin);
  for (const tool of ['sh', 'sleep', 'touch', 'echo']) {
    symlinkSync(`/bin/${tool}`, join(bin, tool));
  }
  file('package/package.json', '{"name": "@tensorflow/tfjs-node-gpu", "version": "4.22.0"}');
  file('package/binding/tfjs_binding.cc');
  vi.stubEnv('PATH', bin);
  for (const name of ['CONTRASTIVE_BACKEND', 'CONTRASTIVE_TENSORFLOW', 'CXX']) {
    vi.stubEnv(name, '');
  }
  return {
    directory,
    cache: join(directory, 'cache'),
    packageDirectory: join(directory, 'package'),
    file,
    program(name, script) {
      const path = file(join('bin', name), `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    },
  };
}

/** A python3 whose pip is there, and does `download` when it should fetch something. */
export const pythonWithPip = (download: string): string =>
  `case "$*" in *--version) exit 0;; *download*) ${download};; esac`;

/** Shell code that finds the directory that pip should fetch into, as \`$destination\`. */
export const findDestination =
  'for argument; do [ "$previous" = --dest ] && destination="$argument"; previous="$argument"; done';
