export {checkOptions, checkValue, type Rules} from './check-options.js';
export {reasonOf} from './reason-of.js';
export {
  advised,
  anything,
  callable,
  choice,
  either,
  flag,
  integer,
  list,
  number,
  object,
  required,
  text,
  type Rule,
} from './rules.js';
export {show} from './show.js';
