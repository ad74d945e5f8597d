import {join} from 'node:path';
import {namesIn} from '@contrastive/internal/node';

/** Where transformers.js looks for the network. */
export const ONNX = 'onnx';

/** What a model's directory may hold and still be replaced: ours, and the shards of models that TensorFlow.js saved. */
const modelFile =
  /^(model\.json|[^/]*\.bin|model\.safetensors|(preprocessor_)?config\.json|(onnx\/)?model(_fp16|_int8)?\.onnx)$/;

const full = 'free some space, or choose a directory on another disk';
const held = 'it is in use or a mount point, so choose a directory in it';
const remedies: Readonly<Partial<Record<string, string>>> = {ENOSPC: full, EDQUOT: full, EBUSY: held, EXDEV: held};

/** What lies in a directory, of its folder `onnx` the files. */
async function filesIn(directory: string): Promise<readonly string[]> {
  const names = await namesIn(directory);
  if (!names.includes(ONNX)) return names;
  const within = await namesIn(join(directory, ONNX)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined; // a file
    throw error;
  });
  return names.flatMap(name => (name === ONNX && within ? within.map(file => `${ONNX}/${file}`) : [name]));
}

/** Throws unless the directory is free, or holds a model that may be replaced. */
export async function checkTarget(where: string, directory: string, overwrite: boolean): Promise<void> {
  const names = await filesIn(directory);
  const other = names.find(name => !modelFile.test(name));
  if (other !== undefined) {
    throw new Error(
      `${where}: expected nothing but a model in ${directory}, got ${other}; choose a directory of its own.`,
    );
  }
  if (names.length > 0 && !overwrite) {
    throw new Error(
      `${where}: expected an empty directory, got ${names.join(', ')} in ${directory}; choose another, or pass ` +
        '{overwrite: true}.',
    );
  }
}

/** Does what reads and writes files; a failure of the system says what to do. */
export async function withRemedy(where: string, directory: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    const {code, message} = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new Error(
      `${where}: expected to write ${directory}, got ${message}; nothing there was changed: ` +
        `${remedies[code] ?? 'choose a directory that this user may write to'}.`,
      {cause},
    );
  }
}
