import {checkValue} from '@contrastive/internal';
import {openFile} from '@contrastive/safetensors/node';
import {openTorchSource, type TorchFile} from '../torch/read-torch.js';
import {pathRule} from './path-rule.js';

/** A file of torch that is open. */
export interface OpenTorchFile extends TorchFile {
  /** Closes it; again does nothing. */
  close(): Promise<void>;
}

/**
 * Opens a checkpoint of PyTorch on disk; see `readTorch`. Its pickle is read at once, numbers when they are asked for,
 * so that no more of it than one storage is in memory.
 *
 * @returns What `readTorch` returns; the caller closes it.
 * @throws Error that names the file and says what is wrong with it or refused; nothing stays open then. TypeError for
 * another path.
 * @example
 * const file = await openTorch('moco_v2_800ep_pretrain.pth.tar');
 * try {
 *   console.log([...file.tensors.keys()]);
 * } finally {
 *   await file.close();
 * }
 */
export async function openTorch(path: string): Promise<OpenTorchFile> {
  checkValue('openTorch', 'path', path, pathRule);
  const where = `openTorch: ${path}`;
  const source = await openFile(where, path);
  try {
    const file = await openTorchSource(where, source);
    return {...file, close: () => source.close()};
  } catch (error) {
    await source.close();
    throw error;
  }
}
