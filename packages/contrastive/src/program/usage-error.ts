/** What the user told the program wrongly: it ends with 2, and nothing was begun. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
