/** What stopped a set-up, for programs. */
export type SetUpFailure =
  | 'interrupted'
  | 'disk-full'
  | 'no-python'
  | 'no-pip'
  | 'no-compiler'
  | 'download'
  | 'checksum'
  | 'compile'
  | 'load'
  | 'installer'
  | 'named-directory'
  | 'not-installed'
  | 'not-writable'
  | 'package-manager';

/** A set-up that could not go on; the message ends with the remedy. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';

  /**
   * Makes the error.
   *
   * @param failure what stopped it.
   * @param what what happened, with what was expected and what came.
   * @param remedy what the user can do.
   */
  constructor(
    readonly failure: SetUpFailure,
    what: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${what} ${remedy}`, options);
  }
}

/** Whether a message or an error of a child process or of the file system tells of a full disk. */
export function tellsOfFullDisk(error: unknown): boolean {
  const text =
    error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error);
  return /ENOSPC|EDQUOT|No space left on device|Errno 28|Disk quota exceeded/i.test(text);
}

/** The error of a full disk. */
export function diskFull(directory: string, cause?: unknown): SetUpError {
  return new SetUpError(
    'disk-full',
    `The disk of ${directory} is full; what this set-up had written was removed.`,
    'Free some space, or name a directory on another disk with CONTRASTIVE_CACHE.',
    {cause},
  );
}
