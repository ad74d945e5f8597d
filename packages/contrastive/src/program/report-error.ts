import {reasonOf} from '@contrastive/internal';
import type {Output} from '../output/output.js';
import {asCommand} from './advice.js';
import {exitCodes} from './exit-codes.js';
import {UsageError} from './usage-error.js';

/** Why something failed, and what to do. */
export interface Told {
  /** One line. */
  readonly reason: string;
  /** One line, where there is something to do. */
  readonly remedy?: string;
}

/** A message in two lines: our errors say what to do behind the last semicolon. */
function tell(error: unknown): Told {
  const message = asCommand((error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, ' '));
  const end = message.lastIndexOf('; ');
  if (end > 0) return {reason: `${message.slice(0, end)}.`, remedy: capital(message.slice(end + 2))};
  const sentence = /^(.*?[^.\d]\.) (\S.*)$/.exec(message);
  if (sentence) return {reason: sentence[1], remedy: sentence[2]};
  return {reason: message};
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The exit code that an error asks for: of a run that a signal stopped, of wrong usage, else 1. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  const {exitCode, failure} = Object(error) as {readonly exitCode?: unknown; readonly failure?: unknown};
  if (typeof exitCode === 'number') return exitCode; // a `RunStopped`, whose module is not loaded for this
  return failure === 'interrupted' ? exitCodes.interrupted : exitCodes.failed; // a `SetUpError`
}

/** Says why a command failed; gives the exit code. */
export function reportError(error: unknown, output: Output, verbose: boolean): number {
  const {reason, remedy} = tell(error);
  const code = exitCodeOf(error);
  output.error({reason, ...(remedy !== undefined && {remedy}), exitCode: code});
  for (let cause = error; verbose && cause instanceof Error; cause = cause.cause)
    output.note(cause.stack ?? reasonOf(cause));
  return code;
}
