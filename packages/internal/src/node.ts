export {cacheDirectory} from './node/cache-directory.js';
export {isAlive, startTime, withLock} from './node/lock.mjs';
export {syncDirectory, writeDurably} from './node/write-durably.js';
