import {expect, vi} from 'vitest';
import {main} from '../src/cli.js';
import type {JsonRecord} from '../src/output/output.js';

/** What a call of the program came to. */
interface Called {
  /** The exit code. */
  readonly code: number;
  /** What went to the output. */
  readonly out: string;
  /** What went to the error stream. */
  readonly errors: string;
}

/** Calls the program in this process, as a shell would. */
export async function call(...args: readonly string[]): Promise<Called> {
  const [out, errors]: [string[], string[]] = [[], []];
  const textOf = (text: string | Uint8Array): string =>
    typeof text === 'string' ? text : Buffer.from(text).toString();
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(textOf(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation(text => errors.push(textOf(text)) > 0),
  ];
  try {
    const code = await main(args);
    return {code, out: out.join(''), errors: errors.join('')};
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** The same with `--json`; gives the records of a call that must be done. */
export async function recordsOf(...args: readonly string[]): Promise<JsonRecord[]> {
  const {code, out, errors} = await call(...args, '--json');
  expect(code, out + errors).toBe(0);
  return out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as JsonRecord);
}

/** Calls the program with what it refuses: one line of reason, one of remedy. */
export async function refusal(code: number, ...args: readonly string[]): Promise<string> {
  const ended = await call(...args);
  expect(ended, ended.errors).toMatchObject({code});
  expect(ended.errors.trimEnd().split('\n'), ended.errors).toHaveLength(2);
  return ended.errors;
}
