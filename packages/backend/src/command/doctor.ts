import {diagnose} from '../doctor/diagnose.js';
import {gatherFacts} from '../doctor/facts.js';
import {render} from '../doctor/render.js';
import {interruptible} from '../set-up/interruptible.js';

/**
 * The command `doctor`: prints what was found on this machine, and what is wrong with advice.
 *
 * @returns the exit code: 1 where something is wrong.
 */
export async function doctor(): Promise<number> {
  const facts = await interruptible(undefined, gatherFacts);
  const problems = diagnose(facts);
  process.stdout.write(render(facts, problems));
  return problems.length === 0 ? 0 : 1;
}
