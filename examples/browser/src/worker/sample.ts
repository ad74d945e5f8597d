import {fromArrays, type Source} from '@contrastive/data';
import {SAMPLE} from '../sample-format.js';

/**
 * The bundled images as a source.
 *
 * @param bytes The file that the build puts beside the page.
 * @throws RangeError for a file of another length.
 */
export function sampleFrom(bytes: Uint8Array): Source {
  const {count, side, classNames} = SAMPLE;
  const size = count * side * side;
  const labels = Int32Array.from(bytes.subarray(size));
  const source = fromArrays({images: bytes.subarray(0, size), height: side, width: side, labels, classNames});
  return {...source, nameOf: index => `${classNames[labels[index]]} ${index + 1}`};
}

/** Fetches them. */
export async function fetchSample(url: string): Promise<Source> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The bundled images are not at ${url}: the server answers ${response.status}.`);
  return sampleFrom(new Uint8Array(await response.arrayBuffer()));
}
