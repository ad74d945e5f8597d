import type {Preparation} from '@contrastive/augment';
import {object} from '@contrastive/internal';

/** Where a safetensors file keeps what is known of an encoder. */
const KEY = 'contrastive';

/** The texts of a safetensors file of an encoder: that its tensors are PyTorch's, and what is known of it, as JSON. */
export const textsOf = (metadata: object): Readonly<Record<string, string>> => ({
  format: 'pt',
  ...(Object.keys(metadata).length > 0 && {[KEY]: JSON.stringify(metadata)}),
});

/** How an encoder's images are prepared, as {@link textsOf} left word in its file; undefined in files of others. */
export function preparationInTexts(texts: Readonly<Partial<Record<string, string>>> = {}): Preparation | undefined {
  let known: unknown;
  try {
    known = JSON.parse(texts[KEY] ?? 'null');
  } catch {
    return undefined; // another program's text of that name
  }
  const {preparation} = Object(known) as {readonly preparation?: Preparation}; // whoever takes it checks it
  return object.judge(preparation) === undefined ? preparation : undefined;
}
