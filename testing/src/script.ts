import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished, vi} from 'vitest';

/** What a script printed, line by line. */
interface Printed {
  readonly lines: string[];
  readonly errors: string[];
}

/** A script of the examples, for the test that made it. */
export interface Script {
  /** The folder that it writes to, gone when the test has ended. */
  readonly out: string;
  /** Runs it anew with these arguments, besides `--out`. */
  readonly run: (...args: string[]) => Promise<Printed>;
}

/** Prepares a script; call it inside a test, which it leaves arguments, exit code and console as they were. */
export function script(load: () => Promise<unknown>): Script {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  const {argv} = process;
  onTestFinished(() => {
    rmSync(out, {recursive: true});
    process.argv = argv;
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });
  return {
    out,
    run: async (...args) => {
      const [lines, errors]: string[][] = [[], []];
      vi.spyOn(console, 'log').mockImplementation(line => lines.push(line as string));
      vi.spyOn(console, 'error').mockImplementation(line => errors.push(line as string));
      process.argv = [...argv.slice(0, 2), '--out', out, ...args];
      vi.resetModules();
      await load();
      return {lines, errors};
    },
  };
}
