/**
 * What every root command shares: child processes that end with us, phases with their time on one line, a lock, and the preparation of a
 * clone (install, build, TensorFlow). Plain JavaScript with no dependency, because it runs before anything is installed.
 */
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const PNPM = 'pnpm@10.34.9';

/** An expected failure: its message is all that the user needs to see. */
export class Failure extends Error {}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: this project needs Node 20.19 or newer. Install a current LTS release and run the command again.`);
  process.exit(1);
}

/** Child processes that run now; they end with this process. */
const children = new Set();
const interrupted = new AbortController();

function stopAll() {
  if (interrupted.signal.aborted) return;
  interrupted.abort();
  for (const child of children) if (child.ownGroup) killGroup(child);
  // A child that shares our terminal got Ctrl-C itself; a signal sent to us alone has to be passed on.
  setTimeout(() => {
    for (const child of children) child.kill('SIGTERM');
  }, 400).unref();
  setTimeout(() => {
    for (const child of children) killGroup(child);
    process.exit(130);
  }, 1600).unref();
}
process.once('SIGINT', stopAll);
process.once('SIGTERM', stopAll);

function killGroup(child) {
  try {
    process.kill(child.ownGroup ? -child.pid : child.pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}

/**
 * Runs a command in the root. `quiet` keeps its output back and shows it only when the command fails; such a command gets a process group
 * of its own, so that its children end with it.
 */
export function run(command, args, {cwd = root, env = {}, quiet = false, allowFailure = false} = {}) {
  return new Promise((resolve, reject) => {
    if (interrupted.signal.aborted) return reject(new Failure('Interrupted.'));
    const child = spawn(command, args, {cwd, env: {...process.env, ...env}, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit', detached: quiet});
    child.ownGroup = quiet;
    children.add(child);
    let output = '';
    child.stdout?.on('data', chunk => (output += chunk));
    child.stderr?.on('data', chunk => (output += chunk));
    child.once('error', error => {
      children.delete(child);
      reject(new Failure(`Could not start ${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      children.delete(child);
      if (interrupted.signal.aborted) {
        if (quiet) killGroup(child);
        return reject(new Failure('Interrupted.'));
      }
      if (code === 0 || allowFailure) return resolve({code: code ?? 1, output});
      const failure = new Failure(`${[command, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}.${quiet ? `\n\n${output.trim()}` : ''}`);
      failure.code = code ?? 1;
      reject(failure);
    });
  });
}

/** Runs a program of node_modules/.bin; no package manager in between. */
export function bin(name, args, options) {
  return run(join(root, 'node_modules', '.bin', name), args, options);
}

export function pnpm(args, options) {
  return run('npx', ['-y', PNPM, ...args], options);
}

/** Runs a phase of the preparation and tells what it did in one line with its time; a phase that returns nothing had nothing to do. */
async function phase(work) {
  const start = performance.now();
  const done = await work();
  if (done) console.log(`${done} in ${seconds(start)}`);
}

/** The time since `start` (of performance.now()), as `12.3 s`. */
export function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** Ends a root command: an expected failure by its message alone, anything else with its stack. */
export async function main(command) {
  try {
    await command(process.argv.slice(2));
  } catch (error) {
    if (interrupted.signal.aborted) process.exit(130);
    console.error(error instanceof Failure ? error.message : error);
    process.exit(error.code > 0 ? error.code : 1);
  }
}

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

/** Holds the lock file while `work` runs, so that two commands do not install or build at once; the lock of a dead process is taken over. */
async function locked(work) {
  const path = join(root, '.prepare.lock');
  for (let told = false; ; ) {
    try {
      const file = openSync(path, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(read(path));
      const age = Date.now() - (statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0);
      if (owner ? !alive(owner) : age > 5000) {
        rmSync(path, {force: true});
        continue;
      }
      if (!told) console.log(`Waiting for another command that prepares this clone (process ${owner}).`);
      told = true;
      await new Promise(resolve => setTimeout(resolve, 300));
      if (interrupted.signal.aborted) throw new Failure('Interrupted.');
    }
  }
  const release = () => rmSync(path, {force: true});
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The workspace's packages that are built, dependencies first. */
export function packages() {
  const found = new Map();
  for (const parent of ['packages', 'examples', '.']) {
    for (const entry of readdirSync(join(root, parent))) {
      if (parent === '.' && entry !== 'bench') continue;
      const folder = join(root, parent, entry);
      if (!existsSync(join(folder, 'package.json'))) continue;
      const manifest = JSON.parse(read(join(folder, 'package.json')));
      if (manifest.scripts?.build) found.set(manifest.name, {name: manifest.name, folder, manifest});
    }
  }
  const sorted = [];
  const visit = (one, path) => {
    if (sorted.includes(one)) return;
    if (path.includes(one.name)) throw new Failure(`The packages import each other in a circle: ${[...path, one.name].join(' → ')}.`);
    one.needs = Object.keys({...one.manifest.dependencies, ...one.manifest.peerDependencies}).flatMap(name => found.get(name) ?? []);
    for (const need of one.needs) visit(need, [...path, one.name]);
    sorted.push(one);
  };
  for (const one of found.values()) visit(one, []);
  return sorted;
}

/** Installs from the frozen lockfile, where the lockfile or a manifest changed since the last time. */
export async function install() {
  const manifests = ['.', 'testing', 'bench', ...['packages', 'examples'].flatMap(parent => readdirSync(join(root, parent)).map(name => join(parent, name)))];
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests.map(folder => join(folder, 'package.json'))].map(file => join(root, file));
  const key = hashFiles(files.filter(existsSync));
  const stamp = join(root, 'node_modules', '.installed');
  if (read(stamp) === key) return undefined;
  rmSync(stamp, {force: true});
  await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], {quiet: true, env: {CI: 'true'}});
  writeFileSync(stamp, key);
  return 'Installed the packages of the lockfile';
}

/** Builds what changed: a package whose sources, settings or dependencies differ from its last build. */
export async function build() {
  const settings = hashFiles(['tsup.base.ts', 'tsconfig.base.json', 'pnpm-lock.yaml'].map(name => join(root, name)));
  const done = new Map();
  let built = 0;
  const work = async one => {
    const keys = await Promise.all(one.needs.map(need => done.get(need.name)));
    const own = ['package.json', 'tsup.config.ts', 'tsconfig.json'].map(name => join(one.folder, name)).filter(existsSync);
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
  for (const one of packages()) done.set(one.name, work(one));
  await Promise.all(done.values());
  return built > 0 ? `Built ${built} of ${done.size} packages` : undefined;
}

let free = 2;
const waiting = [];
/** At most two builds at a time: each is itself a TypeScript compiler. */
async function slot(work) {
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

/** Finds or sets up native TensorFlow. A platform that has none goes on with wasm; one that could have it stops with what is missing. */
async function tensorflow() {
  const {setUp, SetUpError} = await import(pathToFileURL(join(root, 'packages/backend/dist/index.js')).href);
  try {
    const {problem} = await setUp({signal: interrupted.signal});
    if (problem) throw problem;
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    throw new Failure(`${error.message}\nTo go without native TensorFlow, much slower, set CONTRASTIVE_BACKEND=wasm.`);
  }
}

/** Whether the user asks for the native backend, by name or by asking for none. */
export const wantsNative = (backend = process.env.CONTRASTIVE_BACKEND) => backend === undefined || backend === '' || backend === 'tensorflow';

/** Makes a clone ready: install, build, TensorFlow. Quick when nothing changed. Returns its time in seconds. */
export async function prepare({native = wantsNative()} = {}) {
  const start = performance.now();
  await locked(async () => {
    await phase(install);
    await phase(build);
    if (native) await tensorflow();
  });
  return (performance.now() - start) / 1000;
}
