export {allFinite} from './all-finite.js';
export {checkIndices, indicesRule} from './check-indices.js';
export {checkOptions, checkValue, type Rules} from './check-options.js';
export {likely, nearest} from './names.js';
export {expectBackend} from './expect-backend.js';
export {inFlight} from './in-flight.js';
export {nextTurn} from './next-turn.js';
export {reasonOf} from './reason-of.js';
export {
  advised,
  anything,
  augmentRule,
  callable,
  choice,
  either,
  flag,
  having,
  imageChannels,
  integer,
  kind,
  list,
  narrowed,
  number,
  object,
  required,
  tensorRule,
  text,
  type Rule,
} from './rules.js';
export {isPlain, show} from './show.js';
export {withSeededRandom} from './seeded-random.js';
export {usualCrop} from './usual-crop.js';
