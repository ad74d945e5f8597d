import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** A Python with torch, or the reason why there is none. */
export type FoundPython = {readonly python: string} | {readonly reason: string};

const advice = 'pip install torch, and set CONTRASTIVE_PYTHON to that Python';

/** Looks for a Python with torch: the one that `CONTRASTIVE_PYTHON` names, else `python3`. */
export async function findPython(env: NodeJS.ProcessEnv = process.env, signal?: AbortSignal): Promise<FoundPython> {
  const python = env.CONTRASTIVE_PYTHON ?? 'python3';
  try {
    await run(python, ['-c', 'import torch'], {env, signal});
    return {python};
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such program'
        : 'it cannot import torch';
    return {reason: `${python}: ${why}; ${advice}`};
  }
}
