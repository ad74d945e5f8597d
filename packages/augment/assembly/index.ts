/**
 * The pixel loops of the augmentations, four numbers at a time. Compiled by AssemblyScript to the WebAssembly module in
 * src/kernels/module.ts (`node scripts/augment-kernels.mjs`). Images are planes of float32, one plane a channel; every
 * argument that names a place is an address in bytes.
 */
export {horizontal, horizontalRow, vertical} from './resample';
export {blur} from './blur';
export {fromBytes, toBytes} from './bytes';
export {blendGrey, scale, solarize, sum} from './tone';
export {shiftHue, scaleSaturation} from './hue';
