import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {startTime, whereabouts} from '@contrastive/internal/node';
import {expect, onTestFinished, test, vi} from 'vitest';
import {inTurn} from '../src/index.js';

/** Another process, which runs. */
const pid = process.ppid;

/** A folder that is its turn, and what is said of the wait. */
function held() {
  const folder = mkdtempSync(join(tmpdir(), 'in-turn-'));
  const said = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => {
    rmSync(folder, {recursive: true});
    said.mockRestore();
  });
  const lock = join(folder, '.turn.lock');
  writeFileSync(lock, JSON.stringify({pid, started: startTime(pid), host: hostname(), where: whereabouts()}));
  return {folder, lock, said};
}

test('what another process writes to is waited for, and what the work throws is passed on', async () => {
  const {folder, lock, said} = held();
  const order: string[] = [];
  const turn = inTurn('mine', folder, () => Promise.resolve(order.push('mine')));
  await sleep(50);
  order.push('other');
  rmSync(lock);
  await turn;
  expect(order).toEqual(['other', 'mine']);
  expect(said).toHaveBeenCalledWith(`mine: waits for process ${pid}, which writes to ${folder}`);
  await expect(inTurn('mine', folder, () => Promise.reject(new RangeError('its own')))).rejects.toThrow('its own');
  expect(existsSync(lock)).toBe(false);
});

test('a wait ends with its signal', async () => {
  const {folder} = held();
  const reason = new RangeError('enough');
  const controller = new AbortController();
  const turn = inTurn('mine', folder, () => Promise.resolve('done'), controller.signal);
  setTimeout(() => {
    controller.abort(reason);
  }, 50);
  await expect(turn).rejects.toBe(reason);
});
