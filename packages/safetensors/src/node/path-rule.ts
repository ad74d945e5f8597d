import {narrowed, text, type Rule} from '@contrastive/internal';

/** The path of a file. */
export const pathRule: Rule = narrowed(
  {...text, expected: 'the path of a file', advice: 'leave out file://'},
  (path: string) => path !== '' && !path.startsWith('file:'),
);
