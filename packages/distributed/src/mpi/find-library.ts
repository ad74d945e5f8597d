import {reasonOf} from '@contrastive/internal';
import type {Family, Launch} from './launcher.js';

/** What the libraries are called, by the numbers of their interfaces; Intel's and Cray's keep that of MPICH. */
const names: Readonly<Record<Family, readonly string[]>> = {
  'Open MPI': ['libmpi.so.40'],
  MPICH: ['libmpich.so.12', 'libmpi.so.12'],
};

/** What to install where there is none. */
const packages: Readonly<Record<Family, string>> = {
  'Open MPI': 'apt-get install -y openmpi-bin libopenmpi3',
  MPICH: 'apt-get install -y mpich',
};

/**
 * The first library of MPI that loads, that of the launcher's family first.
 *
 * @param load Loads one by name or path; throws where that fails.
 * @param asked The library that the user named, in `CONTRASTIVE_MPI`.
 * @throws `Error` with what to install.
 */
export function findLibrary<T>(
  {launcher, family}: Partial<Pick<Launch, 'launcher' | 'family'>>,
  asked: string | undefined,
  load: (path: string) => T,
): {readonly path: string; readonly library: T} {
  const families: readonly Family[] = family === 'MPICH' ? ['MPICH', 'Open MPI'] : ['Open MPI', 'MPICH'];
  const candidates = asked === undefined ? families.flatMap(one => names[one]) : [asked];
  const reasons: string[] = [];
  for (const path of candidates) {
    try {
      return {path, library: load(path)};
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  const [first] = families;
  const remedy =
    asked === undefined
      ? `install it (Debian: ${packages[first]}), or give the path of its library in CONTRASTIVE_MPI`
      : 'give the path of a library of MPI in CONTRASTIVE_MPI, or leave it out';
  throw new Error(
    `connect: expected the library of the MPI that ${launcher ?? 'the launcher'} is of, got none: ${reasons[0]}; ` +
      `${remedy}.`,
  );
}
