import {existsSync} from 'node:fs';
import type {EncoderFromOptions, ImportedEncoder} from '@contrastive/weights';
import {exportEncoder, importEncoder} from '@contrastive/weights/node';
import {printable} from '../escape/terminal.js';
import {checkFolder} from '../output/check-folder.js';
import {startBackend} from '../output/compute.js';
import {count} from '../output/words.js';
import type {Context} from '../program/command.js';
import {UsageError} from '../program/usage-error.js';

const where = 'contrastive import';

/** What is imported. */
interface Told extends Pick<EncoderFromOptions, 'family' | 'prefix'> {
  readonly file: string;
  readonly out: string;
  /** Pixels of images, each way, where it is otherwise than usual. */
  readonly size?: number;
  readonly overwrite?: boolean;
  readonly backend?: 'tensorflow' | 'wasm' | 'cpu';
}

/** Names that are shown of tensors that are not of the encoder. */
const FEW = 8;

/** The encoder for images of a size; where nothing says how they are prepared otherwise, they are not normalised. */
async function importAtSize(
  file: string,
  options: EncoderFromOptions,
  size: number,
): Promise<{readonly imported: ImportedEncoder; readonly plain: boolean}> {
  try {
    return {imported: await importEncoder(file, {...options, size}), plain: false};
  } catch {
    // What is wrong besides is told by the next try.
    return {imported: await importEncoder(file, {...options, preparation: {channels: 3, size}}), plain: true};
  }
}

/** Makes an encoder of weights from PyTorch. */
export async function importWeights(told: Told, {output}: Context): Promise<void> {
  const {file, out, family, prefix, size, overwrite = false} = told;
  if (!existsSync(file)) {
    throw new UsageError(
      `${where}: expected weights of PyTorch as FILE, got ${file}, which is not there; check the path.`,
    );
  }
  await checkFolder(where, out, overwrite);
  await startBackend(told.backend, output);
  const options = {...(family && {family}), ...(prefix !== undefined && {prefix})};
  const {imported, plain} =
    size === undefined
      ? {imported: await importEncoder(file, options), plain: false}
      : await importAtSize(file, options, size);
  const {encoder, head, assumed, unused, converted} = imported;
  try {
    await exportEncoder(encoder, out, {overwrite});
    output.say(`An encoder of ${count(encoder.countParams())} numbers: ${printable(out)}`);
    for (const {option, value, because} of assumed)
      output.say(`  assumed ${option} ${JSON.stringify(value)}: ${because}`);
    if (plain) output.say('  assumed images that are not normalised: nothing says how they are');
    for (const [type, tensors] of Object.entries(converted))
      output.say(`  ${tensors} tensors were converted from ${type}`);
    if (unused.length > 0)
      output.say(`  left out: ${printable(unused.slice(0, FEW).join(', '))}${unused.length > FEW ? ', …' : ''}`);
    output.record({event: 'imported', out, parameters: encoder.countParams(), assumed, converted, unused});
  } finally {
    encoder.dispose();
    head?.dispose();
  }
}
