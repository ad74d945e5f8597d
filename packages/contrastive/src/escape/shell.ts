/** A path as a shell takes it: between apostrophes where it has other signs than those of plain names. */
export const shell = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
