/** A lock file that keeps two root commands from preparing the clone at once. */
import {existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Failure, interrupted, root} from './processes.mjs';

const read = path => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Who holds a lock: the process, and when it began, because numbers of processes are used again. */
const identity = pid => `${pid} ${read(`/proc/${pid}/stat`).split(' ')[21] ?? ''}`.trim();

/**
 * Holds the lock while `work` runs, so that two commands do not install or build at once. The lock appears with its
 * contents in one step (a link), and that of a process that is gone is moved aside before it is removed, so that nobody
 * removes a new one.
 */
export async function locked(work) {
  const path = join(root, '.prepare.lock');
  const own = `${path}.${process.pid}`;
  writeFileSync(own, identity(process.pid));
  try {
    for (let told = false; !tryLink(own, path);) {
      const owner = read(path);
      const pid = Number.parseInt(owner, 10);
      if (owner && (pid === process.pid || !alive(pid) || identity(pid) !== owner)) {
        const aside = `${own}.stale`;
        try {
          renameSync(path, aside);
          if (read(aside) !== owner) tryLink(aside, path); // somebody else's new lock: back with it
        } catch {
          // Another process took it over.
        }
        rmSync(aside, {force: true});
        continue;
      }
      if (!told) console.log(`Waiting for another command that prepares this clone (process ${pid}).`);
      told = true;
      await new Promise(resolve => setTimeout(resolve, 300));
      if (interrupted.signal.aborted) throw new Failure('Interrupted.');
    }
  } finally {
    rmSync(own, {force: true});
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

/** Makes `path` another name of `file`; false where `path` exists. */
function tryLink(file, path) {
  try {
    linkSync(file, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
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
