import {execFile} from 'node:child_process';
import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import type {Row} from '../rows.js';
import {isStep, tiny, type ContestantSettings, type StepSettings} from '../settings.js';
import type {Profile} from './summary.js';

/** A training step to profile. */
interface NamedStep {
  readonly name: string;
  readonly settings: StepSettings;
}

/**
 * The training steps among rows, each once; those that make their views are left out, which is no work of operations.
 *
 * @throws RangeError where none is among them.
 */
export function stepsOf(selected: readonly Row[]): NamedStep[] {
  const steps = new Map<string, NamedStep>();
  for (const {name, settings} of selected) {
    if (!isStep(settings) || (settings.method === 'simclr' && settings.views)) continue;
    steps.set(name, {name, settings});
  }
  if (steps.size > 0) return [...steps.values()];
  const names = [...new Set(selected.map(({name}) => name))].join(', ');
  throw new RangeError(`bench: expected rows of training steps with --profile, got ${names}; try step --profile.`);
}

const run = promisify(execFile);

/** Where our step spends time and memory, in a process of its own. */
export async function profile(
  settings: StepSettings,
  {quick, signal}: {readonly quick: boolean; readonly signal: AbortSignal},
): Promise<Profile> {
  const own = {
    ...(quick ? tiny(settings) : settings),
    warmup: 3,
    threads: availableParallelism(),
    precision: 'float32',
    device: 'cpu',
    directory: '',
  } satisfies ContestantSettings;
  const script = fileURLToPath(new URL('./profile-step.js', import.meta.url)); // beside the build's main.js
  try {
    const {stdout} = await run(process.execPath, [script, JSON.stringify(own)], {signal, maxBuffer: 1e8});
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Profile;
  } catch (cause) {
    const {stderr} = cause as {stderr?: string};
    throw new Error(stderr === undefined || stderr === '' ? String(cause) : stderr.trim(), {cause});
  }
}
