import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {availableParallelism, hostname} from 'node:os';

/** What `process.env` is. */
type Environment = Record<string, string | undefined>;

/** Where the driver lists a machine's GPUs. */
const GPUS = '/proc/driver/nvidia/gpus';

/** The GPUs that a process may use, as `CUDA_VISIBLE_DEVICES` names them. */
export function visibleGpus(environment: Environment, folder = GPUS): readonly string[] {
  const {CUDA_VISIBLE_DEVICES: named} = environment;
  if (named !== undefined) return named.split(',').filter(name => name.trim() !== '');
  return existsSync(folder) ? readdirSync(folder).map((_, i) => String(i)) : [];
}

/**
 * The GPU of a rank, as `CUDA_VISIBLE_DEVICES` names it: the one of its place among the ranks of its machine; undefined
 * where there is nothing to choose.
 *
 * @throws `Error` where there are more ranks than GPUs, unless there is one alone, which they share.
 */
export function gpuOf(gpus: readonly string[], localRank: number, localSize: number): string | undefined {
  if (gpus.length < 2) return undefined;
  if (localSize > gpus.length) {
    throw new Error(
      `connect: expected a GPU for each of the ${localSize} ranks of ${hostname()}, got ${gpus.length}; start fewer ` +
        'ranks a machine, or set CUDA_VISIBLE_DEVICES for each.',
    );
  }
  return gpus[localRank];
}

/** The processors that this process may use, on this machine, as a text: ranks of the same text share them. */
export function processors(status = '/proc/self/status'): string {
  const text = existsSync(status) ? readFileSync(status, 'utf8') : '';
  const allowed = /^Cpus_allowed:\s*(\S+)/m.exec(text)?.[1] ?? 'all';
  return `${hostname()} ${allowed}`;
}

/** How many threads a rank has where so many ranks share its processors. */
export const threadsFor = (sharing: number): number => Math.max(1, Math.floor(availableParallelism() / sharing));
