/** A lock file that keeps two root commands from preparing the clone at once. */
import {join} from 'node:path';
import {withLock} from '../packages/internal/src/node/lock.mjs';
import {interrupted, root} from './processes.mjs';

const waiting = pid => console.log(`Waiting for another command that prepares this clone (process ${pid}).`);

/** Holds the lock while `work` runs, so that two commands do not install or build at once. */
export const locked = work => withLock(join(root, '.prepare.lock'), {waiting, signal: interrupted.signal}, work);
