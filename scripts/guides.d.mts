/** A document with code. */
export interface Guide {
  /** From the root of the repository. */
  readonly path: string;
  /** Code that it takes for granted. */
  readonly before?: string;
  /** What is replaced to make its program small: words that must be there, and what takes their place. */
  readonly replace?: readonly (readonly [string, string])[];
  /** Words of the blocks that are left out, one block for each. */
  readonly without?: readonly string[];
}

/** Every document with code. */
export const GUIDES: readonly Guide[];

/** The text of a document, with lines that end in `\n`. */
export function read(path: string): string;

/** The fenced blocks of a document, in order. */
export function blocksOf(path: string): {readonly language: string; readonly code: string}[];

/** The program of a document, and whether all of it is TypeScript. */
export function programOf(guide: Guide): {readonly typed: boolean; readonly text: string};
