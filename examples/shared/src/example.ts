import {join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {RunStopped} from '@contrastive/train/node';
import {checkExport} from '@contrastive/weights/node';
import {parseFlags, whole} from './flags.js';
import {open, type Images} from './images.js';
import {alone} from './outputs.js';

/** Numbers and texts that decide what a script does; `--steps` sets `steps`. */
type Settings = Readonly<Record<string, unknown>>;

/** With `--quick` these take the place of settings of the same name. */
const small = {
  ...{images: 160, batchSize: 16, steps: 10, size: 32, labelCounts: [100, 160], checked: 160},
  ...{firstSteps: 10, penalties: [1e-1, 1e-3], tuneSteps: 5, tuneRates: [0.03]},
  ...{epochs: 1, supervisedEpochs: 1, seedCount: 1, validation: 40, linearEpochs: 2},
  ...{shares: [0.25, 0.5], shareEpochs: [1, 1]},
};

/** Settings whose numbers may be other ones. */
type Run<S> = {readonly [K in keyof S]: S[K] extends number ? number : S[K]};

/** What there is to know of a script before it runs. */
export interface Script {
  /**
   * What it is called, and its own flags: `linear-probe --data --encoder`. Besides those it takes `--seed`, `--quick`,
   * `--out`, without which results go to `runs/NAME`, and `--steps` where there is such a setting.
   */
  readonly command: string;
  /** Where in `--out` it saves encoders: whether that can be done is found out before it begins. */
  readonly encoders: readonly string[];
}

/** What a script is told. */
export interface Told<S> {
  /** Its settings with what `--steps` and `--quick` change: what really runs, so what is saved with the encoder. */
  readonly settings: Run<S>;
  /** Decides every random number. */
  readonly seed: number;
  /** Where results go. */
  readonly out: string;
  /** The flags that only some scripts have. */
  readonly given: Readonly<Partial<Record<string, string>>>;
  /** Whether to go on with the run in `out`: `--resume`, of scripts that name it. */
  readonly resume: boolean;
  /** Opens the images of a split, bundled ones or those in the directory of `--data`; with `--quick` a few. */
  readonly open: (split: 'train' | 'test') => Promise<Images>;
}

/** Says what ended a program, without a stack: messages say what to do. `CONTRASTIVE_DEBUG=1` shows the stack. */
export function fail(error: unknown): void {
  console.error(error instanceof Error && !process.env.CONTRASTIVE_DEBUG ? error.message : error);
  process.exitCode = error instanceof RunStopped ? error.exitCode : 1;
}

/**
 * Runs a script: reads its flags, finds where to compute, and says what goes wrong in one line.
 *
 * @param script Its command, where it saves one encoder, in `encoder`.
 * @param settings Its constants.
 * @param main The script.
 */
export async function example<const S extends Settings>(
  script: string | Script,
  settings: S,
  main: (told: Told<S>) => Promise<void>,
): Promise<void> {
  const stops = Object.entries({SIGHUP: 129, SIGINT: 130, SIGTERM: 143}).map(([signal, code]) => ({
    signal,
    stop: () => {
      if (process.listenerCount(signal) === 0) process.exit(code); // and so gives back the folder of the run
      // else a run finishes its step and saves
    },
  }));
  for (const {signal, stop} of stops) process.once(signal, stop);
  try {
    const {command, encoders} = typeof script === 'string' ? {command: script, encoders: ['encoder']} : script;
    const [name, ...own] = command.split(' --');
    const resumes = own.includes('resume');
    const texts = [...own.filter(flag => flag !== 'resume'), ...('steps' in settings ? ['steps'] : []), 'seed', 'out'];
    const options = Object.fromEntries(texts.map(flag => [flag, {type: 'string'} as const]));
    const flags = {...options, ...(resumes && {resume: {type: 'boolean'} as const}), quick: {type: 'boolean'} as const};
    const {quick, resume = false, ...rest} = parseFlags(name, flags);
    const given = rest as Partial<Record<string, string>>; // all but those two are texts
    const steps = whole(name, 'steps', given.steps, 1);
    const seed = whole(name, 'seed', given.seed) ?? 1;
    const changes = Object.entries({...(quick && small), ...(steps !== undefined && {steps})});
    const out = given.out ?? `runs/${name}`;
    const backend = await useBackend();
    const note = quick ? '; quick: shows that everything works, its figures mean nothing' : '';
    console.log(`${name} with ${backend.name} (${backend.device}), seed ${seed}${note}`);
    await alone(name, out, async () => {
      for (const encoder of encoders) await checkExport(join(out, encoder), {overwrite: true});
      await main({
        settings: {...settings, ...Object.fromEntries(changes.filter(([key]) => key in settings))} as Run<S>,
        seed,
        out,
        given,
        resume: resume === true,
        open: split => open(split, given.data, quick ? small.images : Infinity),
      });
    });
  } catch (error) {
    if (process.stdout.isTTY) console.error(); // below the progress line
    fail(error);
  } finally {
    for (const {signal, stop} of stops) process.off(signal, stop);
  }
}
