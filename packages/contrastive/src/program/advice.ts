/** What the library advises, and what it is in the command; what the command has no flag for goes. */
const words: readonly (readonly [ofLibrary: string | RegExp, ofCommand: string])[] = [
  [', which is mostBad', ''],
  [', or raise mostBad', ''],
  ['leave the class out of classCount', 'take the class out'],
  [' and the option extensions', ''],
  ['open it by loadEncoder', 'it needs no import: give it as it is to probe, search or export'],
  [/a model of TensorFlow.js is opened by loadEncoder, of the/, 'of a model of TensorFlow.js, give the'],
  [/export it with \{dtype: 'fp32'\}/, 'give --dtype fp32'],
  ['or pass {overwrite: true}', 'or give --overwrite'],
  [/give split: .*$/, 'give one of its files.'],
  ['give one of these as prefix', 'give one of these as --prefix'],
  [/give \{channels, size, crop.*$/, 'give its --size.'],
  ["export it with {format: 'tfjs'}", 'give --format tfjs'],
  ["export it with {names: 'torchvision'}", 'give --format torchvision'],
];

/** A message of the library's, with its advice as the command has it. */
export const asCommand = (message: string): string =>
  words.reduce((text, [ofLibrary, ofCommand]) => text.replace(ofLibrary, ofCommand), message);
