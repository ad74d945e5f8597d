/** What takes so many bytes. */
interface Sized {
  readonly byteLength: number;
}

/**
 * Splits tensors into files as huggingface_hub does: each is filled in the order given until the next tensor would make
 * it too large; one that is too large by itself gets a file of its own, before the one being filled.
 */
export function splitIntoShards<T extends Sized>(tensors: readonly T[], shardBytes: number): T[][] {
  const shards: T[][] = [];
  let current: T[] = [];
  let bytes = 0;
  for (const tensor of tensors) {
    if (tensor.byteLength > shardBytes) {
      shards.push([tensor]);
      continue;
    }
    if (bytes + tensor.byteLength > shardBytes) {
      shards.push(current);
      [current, bytes] = [[], 0];
    }
    current.push(tensor);
    bytes += tensor.byteLength;
  }
  if (current.length > 0 || shards.length === 0) shards.push(current);
  return shards;
}
