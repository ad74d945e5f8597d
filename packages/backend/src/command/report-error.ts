/**
 * Puts out why a command failed: its message, which carries the remedy; with `DEBUG=contrastive` or `--verbose` where
 * it came from, too.
 *
 * @param error what was thrown.
 * @param verbose whether to put out the stack.
 */
export function reportError(error: unknown, verbose = false): void {
  const debug = verbose || (process.env.DEBUG ?? '').split(',').some(name => name.trim().startsWith('contrastive'));
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`contrastive-backend: ${text}\n`);
  if (debug) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      process.stderr.write(`${cause.stack ?? ''}\n`);
    }
  }
}
