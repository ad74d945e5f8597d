import {narrowed, text, type Rule} from '@contrastive/internal';

/** The path of a file or folder. */
export const pathRule: Rule = narrowed(
  {...text, expected: 'a path', advice: 'leave out file://'},
  (path: string) => path !== '' && !path.startsWith('file:'),
);
