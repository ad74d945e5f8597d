export {default as fc} from 'fast-check';
export {expectNoLeaks} from './expect-no-leaks.js';
export {fillByFormula, formula, formulaImages, formulaViews, sample, unpacked, unpackedByName} from './formula.js';
export {golden} from './golden.js';
export {launchChromium} from './launch-chromium.js';
export {nativeOnly} from './native-only.js';
export {ofLargest, toBeAllclose} from './to-be-allclose.js';
export {script, type Script} from './script.js';
export {launch, withMpi, type JobEnd, type Launcher} from './with-mpi.js';
