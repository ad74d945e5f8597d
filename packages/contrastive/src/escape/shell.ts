/**
 * A path as a shell takes it: in quotes where it has other signs than those of plain names, and never as a flag.
 *
 * @param platform Whose shells: on Windows cmd.exe and PowerShell, which quote otherwise; that of this process by
 *   default.
 */
export function shell(path: string, platform: NodeJS.Platform = process.platform): string {
  const own = path.startsWith('-') ? `./${path}` : path;
  if (platform === 'win32') return /^[\w.:\\/-]+$/.test(own) ? own : `"${own}"`;
  return /^[\w./-]+$/.test(own) ? own : `'${own.replaceAll("'", `'\\''`)}'`;
}
