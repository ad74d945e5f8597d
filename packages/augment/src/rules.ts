import {integer, kind, list, narrowed, number, type Rule} from '@contrastive/internal';

/** Height and width of a view in pixels. */
export const sizeRule: Rule = integer({least: 1});

/** A probability, or another part of a whole. */
export const partRule: Rule = number({least: 0, most: 1});

/** Part of an image's shorter side. */
export const shareRule: Rule = number({above: 0, most: 1});

/** The ends of what is drawn, both above 0. */
export function rangeRule(most = Infinity): Rule {
  const limit = most === Infinity ? '' : ` <= ${most}`;
  const pair = list(number({above: 0, most}), `[low, high] with 0 < low <= high${limit}`, 2);
  return narrowed(pair, ([low, high]: readonly number[]) => low <= high);
}

const means = list(number());
const deviations = list(number({above: 0}));

/** What images are normalised with. */
export const normalizationRule: Rule = {
  expected: '{mean, std} of 1 (grey) or 3 (RGB) numbers each with std above 0',
  judge: value => {
    const {mean, std, ...others} = Object(value) as Readonly<Record<string, unknown>>;
    if (Object.keys(others).length > 0) return 'kind';
    const [one, other] = [mean, std] as ArrayLike<unknown>[];
    const judged = means.judge(mean) ?? deviations.judge(std);
    return judged ?? (one.length === other.length && [1, 3].includes(one.length) ? undefined : 'value');
  },
};

/** What leaves something out. */
export const falseRule: Rule = kind('false', value => value === false);
