/** Whether what `withLock` threw says that the file system has no hard links, and so no locks: each in another way. */
export function hasNoLocks(cause: unknown): boolean {
  const {code = '', syscall} = cause as NodeJS.ErrnoException;
  return syscall === 'link' && !['ENOSPC', 'EDQUOT', 'EROFS'].includes(code);
}
