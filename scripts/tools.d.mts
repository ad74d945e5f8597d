/** A program that some tests need and npm does not install. */
export type Tool = 'chromium' | 'mpirun.openmpi' | 'mpirun.mpich';

/** Where a tool is, undefined where it is not. */
export function find(tool: Tool): string | undefined;

/** That a tool is missing, and what to do. */
export function advice(tool: Tool): string;
