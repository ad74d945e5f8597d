import type {Language} from './experiment.js';
import type {Verdict} from './verdict.js';

/** Whether seeds are more than one, by how they are written: `1–3`. */
const several = (seeds: string): boolean => seeds.includes('–');

/** What the drawn parts of the page say, in both languages. */
interface Words {
  readonly setting: string;
  readonly paper: string;
  readonly sentence: string;
  readonly difference: string;
  readonly here: string;
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly fail: string;
  readonly of: string;
  readonly measures: Readonly<Record<string, string>>;
  alt(title: string): string;
  readonly overview: readonly string[];
  readonly sum: string;
  between(low: string, high: string): string;
  varied(varies: string, held: string): string;
  /** Processors with other versions beside them. */
  processors(names: readonly string[]): string;
  threads(count: string): string;
  ran(runs: number, seeds: string, minutes: number, on: string): string;
  notRun(runs: number, minutes: number, command: string): string;
  readonly quick: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    setting: 'setting',
    paper: 'paper',
    sentence: 'comparison',
    difference: 'difference, points',
    here: 'here',
    verdicts: {holds: 'holds', against: 'the other way', open: 'undecided', failed: 'some failed', missing: '–'},
    fail: 'fail',
    of: 'of',
    measures: {
      kNN: 'kNN',
      linear: 'linear probe',
      classifier: 'whole network',
      'kNN of g(h)': 'kNN, g(h)',
      'linear of g(h)': 'linear probe, g(h)',
      'linear with 100 labels': 'linear, 100 labels',
      'linear with 1000 labels': 'linear, 1,000 labels',
      'linear on grey emoji': 'linear, emoji',
      'linear on grey clip art': 'linear, clip art',
      loss: 'loss at the end',
      pretext: 'own key nearest',
    },
    alt: title => `Plot: ${title}`,
    overview: [
      ...['claim', 'planned', 'estimate, min', 'ran', 'took, min'],
      ...['comparisons', 'hold', 'other way', 'undecided'],
    ],
    sum: 'together',
    between: (low, high) => `${low} to ${high}`,
    varied: (varies, held) => `Varied: ${varies}. Held: ${held}.`,
    processors: names => `${names.length > 1 ? 'processors' : 'processor'} ${names.join(' and ')}`,
    threads: count => `threads: ${count}`,
    ran: (runs, seeds, minutes, on) =>
      `Ran: ${runs} trainings, ${several(seeds) ? 'seeds' : 'seed'} ${seeds}, ${minutes} min of training; ${on}.`,
    notRun: (runs, minutes, command) =>
      `**Not run yet** with these settings: ${runs} trainings, about ${minutes} min on two quiet cores, by ${command}.`,
    quick: '**A quick run** shows that everything works. Its figures mean nothing; texts around are of the full runs.',
  },
  ru: {
    setting: 'настройка',
    paper: 'статья',
    sentence: 'сравнение',
    difference: 'разность, пункты',
    here: 'у нас',
    verdicts: {
      holds: 'подтверждается',
      against: 'наоборот',
      open: 'не различить',
      failed: 'есть несошедшиеся',
      missing: '–',
    },
    fail: 'не сошлось',
    of: 'из',
    measures: {
      kNN: 'kNN',
      linear: 'линейная модель',
      classifier: 'вся сеть',
      'kNN of g(h)': 'kNN, g(h)',
      'linear of g(h)': 'линейная модель, g(h)',
      'linear with 100 labels': 'линейная, 100 меток',
      'linear with 1000 labels': 'линейная, 1000 меток',
      'linear on grey emoji': 'линейная, эмодзи',
      'linear on grey clip art': 'линейная, клипарт',
      loss: 'потери в конце',
      pretext: 'свой ключ ближе всех',
    },
    alt: title => `График: ${title}`,
    overview: [
      ...['утверждение', 'запланировано', 'оценка, мин', 'проведено', 'заняло, мин'],
      ...['сравнений', 'подтверждается', 'наоборот', 'не различить'],
    ],
    sum: 'вместе',
    between: (low, high) => `от ${low} до ${high}`,
    varied: (varies, held) => `Меняется: ${varies}. Неизменно: ${held}.`,
    processors: names => `${names.length > 1 ? 'процессоры' : 'процессор'} ${names.join(' и ')}`,
    threads: count => `потоков: ${count}`,
    ran: (runs, seeds, minutes, on) =>
      `Проведено: обучений ${runs}, ${several(seeds) ? 'сиды' : 'сид'} ${seeds}, ${minutes} мин обучения; ${on}.`,
    notRun: (runs, minutes, command) =>
      `**Ещё не запускалось** с этими настройками: обучений ${runs}, около ${minutes} мин на двух свободных ядрах, ` +
      `командой ${command}.`,
    quick: '**Быстрый прогон** показывает, что всё работает. Его числа ничего не значат; тексты вокруг — о полных.',
  },
};
