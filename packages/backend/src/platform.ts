import {checkValue, choice} from '@contrastive/internal';
import type {BackendName} from './activate.js';

/** The backends that run in Node. */
export type NodeBackend = Exclude<BackendName, 'webgpu' | 'webgl'>;

/** What names a backend here. */
export const backendRule = choice(...(['tensorflow', 'wasm', 'cpu'] satisfies NodeBackend[]));

/**
 * The backend that `CONTRASTIVE_BACKEND` names, or undefined where it is unset or empty.
 *
 * @throws RangeError if there is no such backend.
 */
export function backendFromEnvironment(): NodeBackend | undefined {
  const {CONTRASTIVE_BACKEND: name = ''} = process.env;
  if (name === '') return undefined;
  checkValue('useBackend', 'CONTRASTIVE_BACKEND', name, backendRule);
  return name as NodeBackend;
}

/** The oldest Node that the packages run on, as their manifests say. */
const oldestNode = [20, 19] as const;

/**
 * Throws on a Node that is too old: it would train, and fail at the end by what it lacks.
 *
 * @param where what the message begins with.
 * @param version as `process.versions.node`.
 */
export function requireNode(where: string, version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Error(
    `${where}: expected Node ${oldestNode.join('.')} or newer, got ${version}; install a current LTS release.`,
  );
}

/** How many times slower a training step of a small ResNet is on wasm than on native TensorFlow with two cores. */
export const wasmCost = 6;

/** The parts of Node's diagnostic report that say which C library runs. */
interface ReportHeader {
  readonly header: {readonly glibcVersionRuntime?: string};
}

/** The version of glibc that runs this process, or undefined with another C library (musl) or operating system. */
export function glibcVersion(): string | undefined {
  if (process.platform !== 'linux') {
    return undefined;
  }
  const report = process.report.getReport() as ReportHeader; // the type in @types/node is `object`
  return report.header.glibcVersionRuntime;
}

/** The oldest glibc that the pinned TensorFlow wheel is built for. */
const oldestGlibc = [2, 27] as const;

/**
 * Says why native TensorFlow cannot run on a machine, or undefined where it can: Linux on x64 with glibc 2.27 or newer.
 *
 * @param platform as `process.platform`.
 * @param arch as `process.arch`.
 * @param glibc the version of glibc, empty without one.
 */
export function whyNoNative(
  platform: string = process.platform,
  arch: string = process.arch,
  glibc: string = glibcVersion() ?? '',
): string | undefined {
  if (platform !== 'linux' || arch !== 'x64') {
    return `native TensorFlow needs Linux on x64, this is ${platform} on ${arch}`;
  }
  if (glibc === '') {
    return 'native TensorFlow needs glibc, this Linux has another C library (musl)';
  }
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  const tooOld = major < oldestGlibc[0] || (major === oldestGlibc[0] && minor < oldestGlibc[1]);
  return tooOld ? `native TensorFlow needs glibc ${oldestGlibc.join('.')} or newer, this is ${glibc}` : undefined;
}
