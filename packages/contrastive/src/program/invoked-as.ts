import {existsSync} from 'node:fs';
import {basename, delimiter, dirname, isAbsolute, join, relative, sep} from 'node:path';
import {shell} from '../escape/shell.js';
import {fromHere} from '../output/from-here.js';

/** What tells how the program was started. */
export interface Invocation {
  /** `process.argv[1]`: a link in a folder of programs, or the script itself. */
  readonly script: string | undefined;
  /** `process.env.PATH`. */
  readonly path: string | undefined;
  /** The working directory. */
  readonly folder: string;
  /** Whether there is a file. */
  readonly exists: (file: string) => boolean;
}

/** The script within its package. */
const SCRIPT = join('contrastive', 'bin', 'contrastive.js');

const isIn = (folder: string, file: string): boolean => {
  const way = relative(folder, file); // of another drive it is the whole path
  return way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..';
};

/**
 * What one types to start the program in the same way: `contrastive` where it lies on the path, `npx contrastive` of a
 * package that is installed for a project, else `node` and the script. Within another program, which has it as a
 * package, that is `npx contrastive`.
 */
export function invokedAs({script = '', path = '', folder, exists}: Invocation): string {
  if (!/^contrastive(\.js)?$/.test(basename(script))) return 'npx contrastive';
  // `npx` and scripts of npm add the folder of a project's programs to the path; there no shell finds it later.
  const programs = path.split(delimiter).filter(one => isAbsolute(one) && !one.includes('node_modules'));
  if (programs.some(one => dirname(script) === one)) return 'contrastive';
  const parts = script.split(sep);
  if (!parts.includes('node_modules') || !(parts.includes('.bin') || script.endsWith(SCRIPT)))
    return `node ${shell(fromHere(script, folder))}`;
  // On Windows and by pnpm a global install is a script of the shell beside its packages.
  const starts = (one: string): boolean => ['contrastive', 'contrastive.cmd'].some(name => exists(join(one, name)));
  return programs.some(one => isIn(one, script) && starts(one)) ? 'contrastive' : 'npx contrastive';
}

/** A command as it is typed here, to be copied: `contrastive probe runs/a` may be `npx contrastive probe runs/a`. */
export const typed = (command: string): string =>
  command.replace(/^contrastive(?= )/, () =>
    invokedAs({script: process.argv[1], path: process.env.PATH, folder: here(), exists: existsSync}),
  );

/** The working directory; in one that was removed the root, from where nothing is shorter. */
function here(): string {
  try {
    return process.cwd();
  } catch {
    return sep;
  }
}
