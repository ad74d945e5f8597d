/** The end of the folder that a path begins with, in either spelling of paths. */
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * The folder that all of these paths lie in, with its last separator; nothing where they share none. A report that is
 * passed on need not tell where on somebody's disk the images lay.
 */
export function sharedFolder(paths: readonly string[]): string {
  let shared = folderOf(paths.at(0) ?? '');
  for (const path of paths) while (!path.startsWith(shared)) shared = folderOf(shared.slice(0, -1));
  return shared;
}

/** A path without the folder that it shares with others. */
export const within = (folder: string, path: string): string =>
  path.startsWith(folder) ? path.slice(folder.length) : path;
