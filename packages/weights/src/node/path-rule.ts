import {narrowed, text, type Rule} from '@contrastive/internal';

/** The path of a file or folder. */
export const pathRule: Rule = narrowed(
  {...text, expected: 'a path', advice: 'leave out file://'},
  (path: string) => path !== '' && !path.startsWith('file:'),
);

/** A directory; one that is named as TensorFlow.js names files would become a folder called `file:`. */
export const directoryRule: Rule = narrowed(
  {...text, expected: 'the path of a directory', advice: 'leave out file://'},
  (path: string) => !path.startsWith('file:'),
);
