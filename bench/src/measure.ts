import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {startContestant, type Command, type Contestant} from './contestant.js';
import {duel, type Outcome} from './duel.js';
import type {FoundPython} from './find-python.js';
import type {Ready} from './protocol.js';
import type {Row} from './rows.js';
import {tiny, type ContestantSettings} from './settings.js';

/** How rows are measured. */
export interface MeasureOptions {
  /** The Python that runs PyTorch, or why there is none. */
  readonly python: FoundPython;
  /** Turns of each contestant. */
  readonly repeats: number;
  /** Tiny networks and one timed step a turn. */
  readonly quick: boolean;
  /** Kills the contestants. */
  readonly signal: AbortSignal;
}

const warmup = 3;
const stepsPerTurn = 3;

/** A file of this package's build, or of its Python sources, which lie beside it. */
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ours: Command = [process.execPath, file('./ours.js')];

function commandOf({peer, settings}: Row, python: FoundPython): Command | {readonly reason: string} {
  if (peer === 'tfjs-stock') return [process.execPath, file('./stock.js')];
  return 'python' in python ? [python.python, file(`../python/${settings.method}_step.py`)] : python;
}

/** Measures one row. */
export function measure(row: Row, {python, repeats, quick, signal}: MeasureOptions): Promise<Outcome> {
  const start = (command: Command, device: Ready['device']): Contestant => {
    const step = quick ? tiny(row.settings) : row.settings;
    return startContestant(command, {...step, warmup, threads: availableParallelism(), device} satisfies ContestantSettings, signal);
  };
  const command = commandOf(row, python);
  return duel(
    () => start(ours, 'cpu'),
    'reason' in command ? {event: 'absent', reason: command.reason} : device => start(command, device),
    {repeats, steps: quick ? 1 : stepsPerTurn, lossFalls: row.settings.method === 'simclr'},
  );
}
