import {readFileSync} from 'node:fs';
import {availableParallelism, cpus} from 'node:os';

/** What matters of a processor for training. */
export interface Processor {
  /** Its name. */
  readonly model: string;
  /** Threads that this process may use at once. */
  readonly threads: number;
  /** The instruction sets that TensorFlow uses, the better ones last; undefined where the system does not tell. */
  readonly instructions?: readonly string[];
}

/** Flags of the kernel, with the names that people know. */
const instructionSets: Readonly<Record<string, string>> = {
  avx2: 'AVX2',
  fma: 'FMA',
  avx512f: 'AVX-512',
  avx512_vnni: 'AVX-512 VNNI',
  avx512_bf16: 'AVX-512 BF16',
  amx_bf16: 'AMX BF16',
};

/** Picks the instruction sets that TensorFlow uses out of the kernel's description of processors (/proc/cpuinfo). */
export function parseInstructions(cpuinfo: string): string[] {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/));
  return Object.entries(instructionSets)
    .filter(([flag]) => flags.has(flag))
    .map(([, name]) => name);
}

/** Describes this machine's processor. */
export function readProcessor(): Processor {
  const base = {model: cpus()[0]?.model.trim() ?? 'unknown', threads: availableParallelism()};
  try {
    return {...base, instructions: parseInstructions(readFileSync('/proc/cpuinfo', 'utf8'))};
  } catch {
    return base;
  }
}
