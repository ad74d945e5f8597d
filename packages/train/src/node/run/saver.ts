import type {StepRecord} from '../../record.js';
import {saveCheckpoint, type SaveCheckpointOptions} from '../checkpoint/save-checkpoint.js';

/** A checkpoint of a run. */
export interface Saved {
  readonly path: string;
  /** Steps that it has behind it. */
  readonly steps: number;
}

/** Saves a run's checkpoints while it trains, one at a time. */
export interface Saver {
  /** Begins to save the state that a record stands for; first the save before it ends, and its error comes here. */
  save(record: StepRecord): Promise<void>;
  /** Waits for the save that runs; throws what it threw. A failure is told once, and the next save is tried. */
  settled(): Promise<void>;
  /** Throws what the last save threw, if it has. */
  check(): void;
  /** The newest checkpoint that was written. */
  newest(): Saved | undefined;
}

/** Makes the {@link Saver} of a folder of checkpoints, of which `newest` is there. */
export function createSaver(
  checkpoints: string,
  newest: Saved | undefined,
  options: Omit<SaveCheckpointOptions, 'record'>,
): Saver {
  let saving: Promise<Saved> | undefined;
  let failed: {readonly error: unknown} | undefined;
  const settled = async (): Promise<void> => {
    const present = saving;
    saving = undefined;
    failed = undefined;
    newest = (await present) ?? newest;
  };
  return {
    async save(record) {
      await settled();
      const steps = record.step + 1;
      const present = saveCheckpoint(checkpoints, {...options, record}).then(path => ({path, steps}));
      saving = present;
      present.catch((error: unknown) => {
        if (saving === present) failed = {error};
      });
    },
    settled,
    check() {
      if (failed) throw failed.error;
    },
    newest: () => newest,
  };
}
