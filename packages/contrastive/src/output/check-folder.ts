import {reasonOf} from '@contrastive/internal';
import {checkExport} from '@contrastive/weights/node';
import {UsageError} from '../program/usage-error.js';

/**
 * Throws unless an encoder can be written to a folder, before any work: one that is there is only replaced where that
 * was asked for, and other files never.
 *
 * @param where What messages begin with.
 * @throws UsageError that says what is in the way.
 */
export async function checkFolder(where: string, folder: string, overwrite: boolean): Promise<void> {
  try {
    await checkExport(folder, {overwrite});
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : reasonOf(cause);
    throw new UsageError(message.replace(/^checkExport/, where), {cause});
  }
}
