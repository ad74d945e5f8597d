import {show} from '@contrastive/internal';

/** The record of a line; undefined where it is none. */
function parsed(line: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The lines of JSON whose `step` is below `from`, as they are. A line without a step goes with the line before it; half
 * a line at the end, which a process leaves that was ended within it, is dropped.
 *
 * @param where Whose file it is: what messages begin with.
 * @param path The file, for messages.
 * @param content What is in it.
 * @throws `Error` for a whole line that is not a record.
 */
export function linesBefore(where: string, path: string, content: Buffer, from: number): Buffer {
  const kept: Buffer[] = [];
  let keeps = true;
  for (let start = 0, number = 1; ; number++) {
    const end = content.indexOf('\n', start) + 1;
    if (end === 0) return Buffer.concat(kept);
    const line = content.subarray(start, end);
    const record = parsed(line);
    if (record === undefined) {
      const text = line.subarray(0, -1).toString('utf8');
      throw new Error(
        `${where}: expected a record as line ${number} of ${path}, got ${show(text)}; mend the line, or move the ` +
          'file away to begin another.',
      );
    }
    const {step} = record as {readonly step?: unknown};
    if (typeof step === 'number') keeps = step < from;
    if (keeps) kept.push(line);
    start = end;
  }
}
