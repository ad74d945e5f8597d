import {interruptible} from '../set-up/interruptible.js';
import {setUp} from '../set-up/set-up.js';
import {wasmCost} from '../wasm-cost.js';
import {completeProject} from './project.js';

/**
 * The command `setup`: adds what the project lacks, then sets up native TensorFlow.
 *
 * @returns the exit code: 1 where this machine could have native TensorFlow and does not.
 */
export async function setup(): Promise<number> {
  return interruptible(undefined, async signal => {
    await completeProject(process.cwd(), signal);
    const {problem} = await setUp({signal});
    if (problem !== undefined) {
      process.stderr.write(
        `contrastive-backend: native TensorFlow could not be set up: ${problem.message}\n` +
          `Until it is, useBackend() falls back to wasm, which trains about ${wasmCost} × slower.\n`,
      );
    }
    return problem === undefined ? 0 : 1;
  });
}
