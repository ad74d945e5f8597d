import type {Text} from '../experiment.js';

/** Things that labels count: the English plural; the Russian forms for 1, for 2 and for 5. */
const things = {
  epochs: ['эпоха', 'эпохи', 'эпох'],
  groups: ['группа', 'группы', 'групп'],
  labels: ['метка', 'метки', 'меток'],
} as const;

const forms = new Intl.PluralRules('ru');

/** A number of things as both languages have it: `16 epochs`, `16 эпох`. */
export function counted(count: number, thing: keyof typeof things): Exclude<Text, string> {
  const [one, few, many] = things[thing];
  const form = forms.select(count);
  return {en: `${count} ${thing}`, ru: `${count} ${form === 'one' ? one : form === 'few' ? few : many}`};
}
