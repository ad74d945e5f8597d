import {readdirSync} from 'node:fs';
import {runProgram} from './run-program.js';
import {findProgram} from './tools.js';

/**
 * Finds the machine's NVIDIA GPUs, by name; none where `CUDA_VISIBLE_DEVICES` hides them.
 *
 * @param signal ends the search.
 */
export async function findGpus(signal?: AbortSignal): Promise<string[]> {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  if (visible === '' || visible?.startsWith('-1') === true) {
    return [];
  }
  const program = findProgram('nvidia-smi');
  if (program !== undefined) {
    const {code, output} = await runProgram(program, ['-L'], {signal, timeout: 10_000});
    return code === 0
      ? [...output.matchAll(/^GPU \d+: (.+?)(?: \(UUID.*)?$/gm)].map(([, name = 'NVIDIA GPU']) => name)
      : [];
  }
  try {
    return readdirSync('/proc/driver/nvidia/gpus').map(() => 'NVIDIA GPU');
  } catch {
    return [];
  }
}
