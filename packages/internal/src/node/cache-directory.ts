import {homedir} from 'node:os';
import {join, resolve} from 'node:path';

/** A variable of the environment; an empty one counts as unset. */
const setIn = (name: string): string | undefined => (process.env[name] === '' ? undefined : process.env[name]);

/** The user's directory for caches on this platform. */
function userCache(): string {
  const home = homedir();
  if (process.platform === 'win32') return setIn('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
  const usual = process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  return setIn('XDG_CACHE_HOME') ?? usual;
}

/**
 * Where downloaded and compiled things are kept: `CONTRASTIVE_CACHE`, else `contrastive` in the user's directory for
 * caches.
 */
export const cacheDirectory = (): string => resolve(setIn('CONTRASTIVE_CACHE') ?? join(userCache(), 'contrastive'));
