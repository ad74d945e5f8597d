/** What is wrong with a file: `where: expected … as name, got …; do ….` */
export const badFile = (where: string, expected: string, got: string, todo: string, cause?: unknown): Error =>
  new Error(`${where}: expected ${expected}, got ${got}; ${todo}.`, cause === undefined ? undefined : {cause});

/** What to do about a file that ends too early or is damaged. */
export const FETCH_AGAIN = 'it is cut off or damaged: download or save it again';

/** What to do about a file with more in it than weights. */
export const SAVE_STATE =
  'nothing was run: save model.state_dict() alone by torch.save, and trust no file that will not';
