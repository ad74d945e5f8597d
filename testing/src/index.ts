export {expectNoLeaks} from './expect-no-leaks.js';
export {golden} from './golden.js';
export {nativeOnly} from './native-only.js';
export {toBeAllclose} from './to-be-allclose.js';
