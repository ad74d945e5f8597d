export {cacheDirectory} from './node/cache-directory.js';
export {onFirstSignal} from './node/first-signal.js';
export {hasNoLocks} from './node/has-no-locks.js';
export {holdFolder} from './node/hold-folder.js';
export {isAlive, startTime, whereabouts, withLock} from './node/lock.mjs';
export {namesIn, replaceDirectory, tryReplacing} from './node/replace-directory.js';
export {runningOn, setRunningOn, type RunningOn} from './node/running-on.js';
export {syncDirectory, writeDurably} from './node/write-durably.js';
