/**
 * Makes a clone ready: installs, builds what changed, finds or sets up TensorFlow. Each leaves its stamp only when it
 * is done.
 */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {pathToFileURL} from 'node:url';
import {withLock} from '../packages/internal/src/node/lock.mjs';
import {declare, undeclared} from './declarations.mjs';
import {Failure, bin, interrupted, pnpm, root, seconds} from './processes.mjs';

function hash(...parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex');
}

function hashFiles(paths) {
  return hash(...paths.flatMap(path => [relative(root, path), readFileSync(path)]));
}

function walk(folder) {
  return readdirSync(folder, {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}

const read = path => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** The workspace's folders, as paths from the root. */
export const folders = ['packages', 'examples']
  .flatMap(parent => readdirSync(join(root, parent)).map(name => `${parent}/${name}`))
  .concat('bench', 'testing')
  .filter(folder => existsSync(join(root, folder, 'package.json')));

/** The workspace's packages that are built, dependencies first. */
export function packages() {
  const found = new Map();
  for (const folder of folders.map(name => join(root, name))) {
    const manifest = JSON.parse(read(join(folder, 'package.json')));
    if (manifest.scripts?.build) found.set(manifest.name, {name: manifest.name, folder, manifest});
  }
  const sorted = [];
  const visit = (one, path) => {
    if (sorted.includes(one)) return;
    if (path.includes(one.name))
      throw new Failure(`The packages import each other in a circle: ${[...path, one.name].join(' → ')}.`);
    one.needs = Object.keys({
      ...one.manifest.dependencies,
      ...one.manifest.peerDependencies,
      ...one.manifest.devDependencies,
    }).flatMap(name => found.get(name) ?? []);
    for (const need of one.needs) visit(need, [...path, one.name]);
    sorted.push(one);
  };
  for (const one of found.values()) visit(one, []);
  return sorted;
}

/**
 * Runs a phase of the preparation and tells what it did in one line with its time; a phase that returns nothing had
 * nothing to do.
 */
async function phase(work) {
  const start = performance.now();
  const done = await work();
  if (done) console.log(`${done} in ${seconds(start)}`);
}

/** Installs from the frozen lockfile, where the lockfile or a manifest changed since the last time. */
async function install() {
  const manifests = ['.', ...folders].map(folder => join(folder, 'package.json'));
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests].map(file => join(root, file));
  const key = hashFiles(files);
  const stamp = join(root, 'node_modules', '.installed');
  if (read(stamp) === key) return undefined;
  rmSync(stamp, {force: true});
  await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], {quiet: true, env: {CI: 'true'}});
  writeFileSync(stamp, key);
  return 'Installed the packages of the lockfile';
}

/** Has git run .githooks, in a clone where nothing else was chosen; not where a machine runs the tests. */
function hooks() {
  if (process.env.CI || !existsSync(join(root, '.git'))) return;
  const quiet = {cwd: root, stdio: ['ignore', 'pipe', 'ignore']};
  const config = (...args) =>
    execFileSync('git', ['config', ...args], quiet)
      .toString()
      .trim();
  try {
    if (config('--default', '', '--get', 'core.hooksPath') === '') config('core.hooksPath', '.githooks');
  } catch {
    // Without git nothing is committed here.
  }
}

/** What decides how packages are built, beside what they have themselves. */
const SETTINGS = [
  'tsup.base.ts',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.declarations.json',
  'scripts/declarations.mjs',
  'pnpm-lock.yaml',
];

/**
 * Builds what changed: a package whose sources, settings or dependencies differ from its last build, and, where one was
 * built, the types of all.
 */
async function build() {
  const settings = hashFiles(SETTINGS.map(name => join(root, name)));
  const done = new Map();
  let built = 0;
  const work = async one => {
    const keys = await Promise.all(one.needs.map(need => done.get(need.name)));
    const own = ['package.json', 'tsup.config.ts', 'tsconfig.json']
      .map(name => join(one.folder, name))
      .filter(existsSync);
    const key = hash(settings, ...keys, hashFiles([...own, ...walk(join(one.folder, 'src'))]));
    const stamp = join(one.folder, 'dist', '.built');
    if (read(stamp) !== key) {
      await slot(async () => {
        rmSync(stamp, {force: true});
        await bin('tsup', [], {cwd: one.folder, quiet: true, env: {NODE_OPTIONS: ''}});
        mkdirSync(join(one.folder, 'dist'), {recursive: true});
        writeFileSync(stamp, key);
      });
      built++;
    }
    return key;
  };
  const all = packages();
  for (const one of all) done.set(one.name, work(one));
  const key = hash(...(await Promise.all(done.values())));
  const stamp = join(root, 'node_modules', '.declared');
  const before = read(stamp);
  if (before === key && !undeclared(all)) return undefined;
  rmSync(stamp, {force: true});
  await declare(all, before !== '');
  writeFileSync(stamp, key);
  return built > 0 ? `Built ${built} of ${done.size} packages` : 'Made the types of the packages';
}

let free = 2;
const waiting = [];
/** Two of these run at a time, as many as the smallest machines have processors. */
export async function slot(work) {
  if (free > 0) free--;
  else await new Promise(resolve => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

/**
 * Finds or sets up native TensorFlow. A platform that has none goes on with wasm; one that could have it stops with
 * what is missing.
 */
async function tensorflow() {
  const way = 'To go without native TensorFlow, much slower, set CONTRASTIVE_BACKEND=wasm.';
  const {setUp, SetUpError} = await import(pathToFileURL(join(root, 'packages/backend/dist/index.js')).href);
  try {
    const {backend, problem} = await setUp({signal: interrupted.signal});
    if (problem) throw new Failure(way); // what the problem is was told
    return backend;
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    throw new Failure(`${error.message}\n${way}`);
  }
}

/** Whether the user asks for the native backend, by name or by asking for none. */
export const wantsNative = (backend = process.env.CONTRASTIVE_BACKEND) =>
  backend === undefined || backend === '' || backend === 'tensorflow';

/**
 * Makes a clone ready, one command at a time: install, build, TensorFlow. Quick when nothing changed. Returns its
 * time, and the backend that programs will take.
 */
export async function prepare({native = wantsNative()} = {}) {
  const start = performance.now();
  const waiting = pid => console.log(`Waiting for another command that prepares this clone (process ${pid}).`);
  const lock = {waiting, signal: interrupted.signal};
  const backend = await withLock(join(root, '.prepare.lock'), lock, async () => {
    await phase(install);
    hooks();
    await phase(build);
    return native ? tensorflow() : process.env.CONTRASTIVE_BACKEND || 'wasm';
  });
  return {backend, seconds: (performance.now() - start) / 1000};
}
