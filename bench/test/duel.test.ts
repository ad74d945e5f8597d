import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {startContestant, type Contestant} from '../src/contestant.js';
import {duel, median, type Outcome} from '../src/duel.js';
import {fallingLoss, fallingLossOfBfloat16, sameLosses} from '../src/rules.js';

const fake = (faults: Record<string, unknown> = {}, signal?: AbortSignal): Contestant =>
  startContestant([process.execPath, fileURLToPath(new URL('fake-contestant.mjs', import.meta.url))], {faults}, signal);

const turns = {repeats: 2, steps: 1, units: 1, rules: fallingLoss};
const against = (faults: Record<string, unknown>): Promise<Outcome> =>
  duel(
    () => fake(),
    () => fake(faults),
    turns,
  );

test('the median of an odd and of an even number of values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('two contestants that do the same work are measured', async () => {
  const {ours, peer} = await against({seconds: 0.25});
  expect(ours).toMatchObject({seconds: 0.5, bytes: 2_000_000, bytesAbove: 800_000, steps: 7});
  expect(peer).toMatchObject({seconds: 0.25, bytes: 2_000_000, steps: 7});
});

test('seconds are those of a unit', async () => {
  const {ours, peer} = await duel(
    () => fake(),
    () => fake({seconds: 0.25}),
    {...turns, units: 10},
  );
  expect([ours, peer]).toMatchObject([{seconds: 0.05}, {seconds: 0.025}]);
});

test('contestants that do different work are refused, with what differs', async () => {
  await expect(against({ready: {facts: {parameters: 11}}})).rejects.toThrow('parameters 10 (fake) and 11 (fake)');
  await expect(against({ready: {facts: {parameters: 10, layers: 2}}})).rejects.toThrow(
    'layers none (fake) and 2 (fake)',
  );
  await expect(against({ready: {device: 'gpu'}})).rejects.toThrow('device cpu (fake) and gpu (fake)');
  await expect(against({warmup: [3.1, 2, 1]})).rejects.toThrow('loss 0 3 (fake) and 3.1 (fake)');
  await expect(against({warmup: [3, 2.5, 1]})).rejects.toThrow('loss 1 2 (fake) and 2.5 (fake)');
});

test('beside bfloat16 losses may differ more, and not at will', async () => {
  const beside = (warmup: readonly number[]): Promise<Outcome> =>
    duel(
      () => fake(),
      () => fake({warmup}),
      {...turns, rules: fallingLossOfBfloat16},
    );
  expect(await beside([3.01, 2.15, 1])).toMatchObject({peer: {steps: 7}});
  await expect(beside([3.1, 2, 1])).rejects.toThrow('loss 0 3 (fake) and 3.1 (fake)');
  await expect(beside([3, 2.3, 1])).rejects.toThrow('loss 1 2 (fake) and 2.3 (fake)');
});

test('a loss that does not fall, or is no number, is refused', async () => {
  await expect(against({turn: 4})).rejects.toThrow('does not fall');
  await expect(against({turn: 'NaN'})).rejects.toThrow('the loss of fake is not finite: 3, 2, 1, NaN, NaN');
});

test('where the loss need not fall, it must be the same in every turn', async () => {
  const both = (ours: number | string, peer: number): Promise<Outcome> =>
    duel(
      () => fake({turn: ours}),
      () => fake({turn: peer}),
      {...turns, rules: sameLosses},
    );
  expect(await both(4, 4.01)).toMatchObject({ours: {steps: 7}, peer: {steps: 7}});
  await expect(both(4, 4.04)).rejects.toThrow('loss of turn 0 4 (fake) and 4.04 (fake)');
  await expect(both('NaN', 4)).rejects.toThrow('not finite');
});

test('a peer that cannot run here leaves ours measured', async () => {
  expect(await against({absent: 'no torch'})).toMatchObject({
    ours: {seconds: 0.5},
    peer: {event: 'absent', reason: 'no torch'},
  });
  const alone = await duel(() => fake(), {event: 'absent', reason: 'no Python'}, {...turns, repeats: 1});
  expect(alone).toMatchObject({ours: {seconds: 0.5}, peer: {reason: 'no Python'}});
});

test('a contestant that crashes is reported with its exit code and error stream', async () => {
  await expect(against({crash: true})).rejects.toThrow(/ended early \(code 3\)\.\nout of luck/);
});

test('a program that is not there is reported', async () => {
  const missing = startContestant(['no-such-program'], {});
  await expect(missing.ready()).rejects.toThrow('could not run no-such-program');
});

test('an abort kills the contestants', async () => {
  const controller = new AbortController();
  const contestant = fake({}, controller.signal);
  await contestant.ready();
  controller.abort();
  await expect(contestant.run(1)).rejects.toThrow('aborted');
});
