import {interruptible} from '../set-up/interruptible.js';
import {diagnose, type Problem} from './diagnose.js';
import {gatherFacts} from './facts.js';
import {render} from './render.js';

/** What was found on a machine. */
export interface Examination {
  /** All of it, for people. */
  readonly text: string;
  /** What is wrong, the most important first; nothing where all is in order. */
  readonly problems: readonly Problem[];
}

/**
 * Looks at what there is of TensorFlow on this machine and what is wrong: what `contrastive-backend doctor` prints.
 *
 * @throws SetUpError when it was interrupted.
 * @example
 * const {text, problems} = await examine();
 */
export async function examine(): Promise<Examination> {
  const facts = await interruptible(undefined, gatherFacts);
  const problems = diagnose(facts);
  return {text: render(facts, problems), problems};
}
