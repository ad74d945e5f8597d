import {relative, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

/** Where an image lies, for a link, where it is a file of its own. */
export const urlOf = (name: string, files: boolean): {readonly url?: string} =>
  files ? {url: pathToFileURL(resolve(name)).href} : {};

/** What an image is called on a page: its path within the folder that was opened. */
export const shownName = (name: string, {files, spec}: {readonly files: boolean; readonly spec: string}): string =>
  files ? relative(spec, name) : name;

/** The picture of an image, where there is one. */
export function pictured(pictures: ReadonlyMap<number, string>, index: number): {readonly picture?: string} {
  const picture = pictures.get(index);
  return picture === undefined ? {} : {picture};
}
