export {cacheDirectory} from './cache-directory.js';
