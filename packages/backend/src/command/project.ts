import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {nativePackageName, packageRoot, resolvePackage} from '../native/native-package.js';
import {whyNoNative} from '../platform.js';
import {createPhases} from '../set-up/phases.js';
import {lastLines, runProgram} from '../set-up/run-program.js';
import {SetUpError} from '../set-up/set-up-error.js';

/** A package manager that a project can be kept with. */
type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const lockfiles: Readonly<Partial<Record<string, PackageManager>>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
};

/** The nearest directory upwards that satisfies a condition, or undefined. */
function upwards(from: string, condition: (directory: string) => boolean): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    if (condition(directory)) {
      return directory;
    }
    if (directory === dirname(directory)) {
      return undefined;
    }
  }
}

/** The package manager of a project: by the nearest lockfile, else by who started this process, else npm. */
export function findPackageManager(
  project: string,
  userAgent = process.env.npm_config_user_agent ?? '',
): PackageManager {
  const lockfileIn = (directory: string): string | undefined =>
    Object.keys(lockfiles).find(name => existsSync(join(directory, name)));
  const directory = upwards(project, place => lockfileIn(place) !== undefined);
  const lockfile = directory === undefined ? undefined : lockfileIn(directory);
  const byAgent = (['pnpm', 'yarn', 'bun', 'npm'] as const).find(name => userAgent.startsWith(`${name}/`));
  return (lockfile === undefined ? byAgent : lockfiles[lockfile]) ?? 'npm';
}

/** The command that adds exact versions of packages without running their install scripts. */
export function addCommand(manager: PackageManager, packages: readonly string[], project: string): string[] {
  switch (manager) {
    case 'npm':
      return ['npm', 'install', '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', ...packages];
    case 'pnpm':
      return ['pnpm', 'add', '--save-exact', '--ignore-scripts', ...packages];
    case 'bun':
      return ['bun', 'add', '--exact', '--ignore-scripts', ...packages];
    case 'yarn': {
      const modern = upwards(project, directory => existsSync(join(directory, '.yarnrc.yml'))) !== undefined;
      return ['yarn', 'add', '--exact', modern ? '--mode=skip-build' : '--ignore-scripts', ...packages];
    }
  }
}

/** What this package needs beside itself, with the versions that it is made for. */
function wantedPeers(): [name: string, version: string][] {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
    peerDependenciesMeta: Partial<Record<string, {optional?: boolean}>>;
  };
  const native = whyNoNative() === undefined;
  return Object.entries(manifest.peerDependencies)
    .filter(([name]) => (name === nativePackageName ? native : !manifest.peerDependenciesMeta[name]?.optional))
    .map(([name, range]) => [name, range.replace(/^\D+/, '')]);
}

/**
 * Adds the native package and the other peers that are missing to the user's project, without their install scripts:
 * the native one's fails where it cannot download.
 *
 * @param from a directory in the project.
 * @throws SetUpError if there is no project, or its package manager fails.
 */
export async function completeProject(from: string, signal?: AbortSignal): Promise<void> {
  const places = [import.meta.url, join(from, 'package.json')];
  const missing = wantedPeers().filter(([name]) => places.every(place => resolvePackage(name, place) === undefined));
  if (missing.length === 0) {
    return;
  }
  const project = upwards(from, directory => existsSync(join(directory, 'package.json')));
  if (project === undefined) {
    throw new SetUpError(
      'package-manager',
      `There is no package.json in ${from} or above it.`,
      'Run the set-up in your project, or make one with `npm init -y`.',
    );
  }
  const manager = findPackageManager(project);
  const [program = manager, ...args] = addCommand(
    manager,
    missing.map(([name, version]) => `${name}@${version}`),
    project,
  );
  const names = missing.map(([name]) => name).join(', ');
  await createPhases().run(`${names}: adding with ${manager}`, `${names}: added with ${manager}`, async () => {
    const result = await runProgram(program, args, {cwd: project, signal});
    if (result.code !== 0) {
      const command = [program, ...args].join(' ');
      throw new SetUpError(
        'package-manager',
        `${manager} could not add ${names}: ${lastLines(result)}`,
        `Run it by hand: ${command}`,
      );
    }
  });
}
