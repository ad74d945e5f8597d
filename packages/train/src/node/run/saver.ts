import type {StepRecord} from '../../record.js';
import {saveCheckpoint, type SaveCheckpointOptions} from '../checkpoint/save-checkpoint.js';

/** Saves a run's checkpoints while it trains, one at a time. */
export interface Saver {
  /** Begins to save the state that a record stands for; first the save before it ends, and its error comes here. */
  save(record: StepRecord): Promise<void>;
  /** Waits for the save that runs; throws what it threw. A failure is told once, and the next save is tried. */
  settled(): Promise<void>;
  /** Throws what the last save threw, if it has. */
  check(): void;
  /** The newest checkpoint. */
  newest(): string | undefined;
}

/** Makes the {@link Saver} of a folder of checkpoints, of which `newest` is there. */
export function createSaver(
  checkpoints: string,
  newest: string | undefined,
  options: Omit<SaveCheckpointOptions, 'record'>,
): Saver {
  let saving: Promise<string> | undefined;
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
      const present = saveCheckpoint(checkpoints, {...options, record});
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
