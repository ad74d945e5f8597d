/**
 * Programs that some tests need and npm does not install. Where one is missing its tests are skipped and counted by
 * its name; with CONTRASTIVE_REQUIRE_TOOLS=1 the tests fail instead.
 */
import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';

/** Each by its name: what it may be called in the PATH, the variable that says where else it is, Debian's packages. */
export const TOOLS = {
  chromium: {programs: ['chromium', 'google-chrome'], variable: 'CONTRASTIVE_CHROMIUM', debian: ['chromium']},
  'mpirun.openmpi': {
    programs: ['mpirun.openmpi'],
    variable: 'CONTRASTIVE_OPENMPI',
    debian: ['openmpi-bin', 'libopenmpi3'],
  },
  'mpirun.mpich': {programs: ['mpirun.mpich'], variable: 'CONTRASTIVE_MPICH', debian: ['mpich']},
};

/** Where a tool is, undefined where it is not. */
export function find(tool) {
  const {programs, variable} = TOOLS[tool];
  const told = process.env[variable];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = told ? [told] : programs.flatMap(program => folders.map(folder => join(folder, program)));
  return paths.find(existsSync);
}

/** The tools that this machine lacks. */
export const missing = () => Object.keys(TOOLS).filter(tool => find(tool) === undefined);

/** That a tool is missing, and what to do. */
export const advice = tool =>
  `${tool} is not installed; apt-get install ${TOOLS[tool].debian.join(' ')}, or set ${TOOLS[tool].variable} to ` +
  'where it is';
