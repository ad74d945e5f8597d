export {openCells} from './cells.js';
export {example, fail, type Script, type Told} from './example.js';
export {parseFlags, whole} from './flags.js';
export {measure, open, type Images} from './images.js';
export {alone, save} from './outputs.js';
export {plain} from './plain.js';
export {count, duration, percent, progress, type Output} from './progress.js';
export {trainRun, type RunPlan} from './train-run.js';
