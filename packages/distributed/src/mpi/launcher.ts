/** The two kinds of MPI, which differ in what their handles are. */
export type Family = 'Open MPI' | 'MPICH';

/** What the launcher's environment says. */
export interface Launch {
  /** Who started this process. */
  readonly launcher: string;
  /** How many processes it started. */
  readonly size: number;
  /** Which of them this is, from 0 on. */
  readonly rank: number;
  /** Whose library speaks with this launcher, where that is known. */
  readonly family?: Family;
}

/** By which variables each launcher is known; the nearest first, since one may have started another. */
const launchers: readonly {
  readonly launcher: string;
  readonly size: string;
  readonly rank: string;
  readonly family?: Family;
}[] = [
  {launcher: 'mpirun of Open MPI', size: 'OMPI_COMM_WORLD_SIZE', rank: 'OMPI_COMM_WORLD_RANK', family: 'Open MPI'},
  {launcher: 'mpirun of MPICH', size: 'PMI_SIZE', rank: 'PMI_RANK', family: 'MPICH'},
  // Of the step, not of the job: a batch script has the job's numbers, and is one process.
  {launcher: 'srun', size: 'SLURM_STEP_NUM_TASKS', rank: 'SLURM_PROCID'},
];

/** What started this process as one of several; undefined where nothing did. */
export function launchOf(environment: Readonly<Record<string, string | undefined>>): Launch | undefined {
  for (const {size, rank, ...known} of launchers) {
    const [count, own] = [environment[size], environment[rank]];
    if (count !== undefined && own !== undefined && Number(count) >= 1)
      return {...known, size: Number(count), rank: Number(own)};
  }
  return undefined;
}

/**
 * Which of the processes that a launcher started this one is, by its environment: before, or without, `connect`.
 *
 * @returns 0 for a process that was started by itself.
 */
export const rankAtLaunch = (): number => launchOf(process.env)?.rank ?? 0;
