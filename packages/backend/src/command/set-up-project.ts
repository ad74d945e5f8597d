import {checkOptions, object, text, type Rules} from '@contrastive/internal';
import {interruptible} from '../set-up/interruptible.js';
import {setUp, type SetUpResult} from '../set-up/set-up.js';
import {completeProject} from './project.js';

/** Options of `setUpProject`. */
export interface SetUpProjectOptions {
  /** A directory in the project; the present one by default. */
  readonly directory?: string;
  /** Ends the set-up and the programs that it started; without it, SIGINT, SIGTERM and SIGHUP do. */
  readonly signal?: AbortSignal;
}

const rules: Rules<SetUpProjectOptions> = {directory: text, signal: object};

/**
 * Adds to the user's project what it lacks of TensorFlow.js, the native package too, by its own package manager, and
 * sets up native TensorFlow: what `contrastive-backend setup` does. Takes minutes the first time, and no time when all
 * is there.
 *
 * @returns what `setUp` reached.
 * @throws TypeError for a bad option; SetUpError when there is no project, its package manager fails, or for what
 * `setUp` throws.
 * @example
 * const {backend} = await setUpProject();
 */
export async function setUpProject(options: SetUpProjectOptions = {}): Promise<SetUpResult> {
  checkOptions('setUpProject', options, rules);
  const {directory = process.cwd()} = options;
  return interruptible(options.signal, async signal => {
    await completeProject(directory, signal);
    return setUp({signal});
  });
}
