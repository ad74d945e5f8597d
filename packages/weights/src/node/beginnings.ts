import {open} from 'node:fs/promises';

/** What a file is by its beginning: torch's, another that is no checkpoint, with what to do; else safetensors. */
type Beginning = 'torch' | 'safetensors' | {readonly what: string; readonly todo: string};

/** Bytes that are looked at. */
const LENGTH = 512;

const LAYERS_MODEL = 'a model of TensorFlow.js is opened by loadEncoder, of the folder that model.json is in';

/* eslint no-control-regex: off -- the beginnings of binary files. */

/** Beginnings of what is often taken for a checkpoint. */
const others: readonly [begins: RegExp, what: string, todo: string][] = [
  [/^$/, 'an empty file', 'download or save it again'],
  [/^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|!--|head)/i, 'a page of HTML', 'download the file itself, not its page'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS', 'fetch the file itself by git lfs pull'],
  [/^\x89HDF\r\n/, 'an HDF5 file, as Keras writes', 'take weights that PyTorch saved'],
  [/^\x1f\x8b/, 'a file packed by gzip', 'unpack it, and give the checkpoint in it'],
  [/^[^]{257}ustar/, 'a tar archive', 'unpack it, and give the checkpoint in it'],
  // ONNX: the number of its version, then a short text, the graph or the operators.
  [/^\x08[\x01-\x20][\x12\x1a\x22\x32\x3a\x42]/, 'an ONNX file', 'take the checkpoint that it was made of'],
  [/^(\xef\xbb\xbf)?\s*\{[^\0]*$/, 'a file of JSON', LAYERS_MODEL],
];

/**
 * Looks at the first bytes of a file. Safetensors begin with a length, of any bytes, and a brace behind its 8 bytes.
 *
 * @param unreadable Makes the error of a file that cannot be read.
 */
export async function beginningOf(
  path: string,
  unreadable: (path: string, cause: unknown) => Error,
): Promise<Beginning> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const {buffer, bytesRead} = await file.read({buffer: Buffer.alloc(LENGTH), length: LENGTH, position: 0});
    const first = buffer.toString('latin1', 0, bytesRead);
    if (/^[^]{4}\0{4}\{/.test(first)) return 'safetensors';
    if (first.startsWith('PK') || first.startsWith('\x80')) return 'torch';
    const [, what, todo] = others.find(([begins]) => begins.test(first)) ?? [];
    return what === undefined || todo === undefined ? 'safetensors' : {what, todo};
  } finally {
    await file.close();
  }
}
