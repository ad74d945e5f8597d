import {checkValue, kind, object} from '@contrastive/internal';
import {checkFeatures, checkSizes, type Features} from '../features.js';
import {measured, type PreparedBank} from './cosine.js';

export type {PreparedBank} from './cosine.js';

const AS_GIVEN = 'take the record as prepareBank gives it';

const normsRule = kind('a Float64Array', value => value instanceof Float64Array, AS_GIVEN);

/** Checks features and measures their rows, in one pass; `name` is the argument of `where`. */
function prepared<F extends Features>(where: string, name: string, features: F): PreparedBank<F> {
  checkSizes(where, name, features, 1);
  const bank = measured(features);
  if (!bank.norms.every(Number.isFinite)) checkFeatures(where, name, features); // says which number it is
  return bank;
}

/**
 * Prepares features to be searched more than once: checks their numbers and measures their rows, which takes about as
 * long as a search for one query. Nothing is copied, and nothing stays on the device, so there is nothing to dispose.
 *
 * @throws TypeError or RangeError for anything but features, and when numbers are not finite.
 * @example
 * const bank = prepareBank(train);
 * for (const query of queries) console.log((await nearest(bank, query, 5)).rows);
 */
export function prepareBank<F extends Features>(features: F): PreparedBank<F> {
  return prepared('prepareBank', 'features', features);
}

/** What was prepared, or features that are prepared now; `name` is the argument of `where`. */
export function bankOf(where: string, name: string, given: Features | PreparedBank): PreparedBank {
  checkValue(where, name, given, object);
  if (!('norms' in given)) return prepared(where, name, given);
  const {features, norms} = given;
  checkSizes(where, `${name}.features`, features, 1);
  checkValue(where, `${name}.norms`, norms, normsRule);
  if (norms.length === features.rows) return given;
  throw new RangeError(
    `${where}: expected one length a row as ${name}.norms, got ${norms.length} for ${features.rows} rows; ${AS_GIVEN}.`,
  );
}
