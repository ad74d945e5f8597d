export {cacheDirectory} from './cache-directory.js';
export {isAlive, startTime, withLock} from './lock.mjs';
