import {setTimeout as sleep} from 'node:timers/promises';
import type {Absent, Done, Ready} from './protocol.js';
import type {Contestant} from './contestant.js';

/** What one contestant took. */
interface Cost {
  /** Median over the turns of the mean seconds a step. */
  readonly seconds: number;
  /** Peak resident memory of the process, in bytes. */
  readonly bytes: number;
}

/** What both took; a peer that cannot run here says why. */
export interface Outcome {
  readonly ours: Cost;
  readonly peer: Cost | Absent;
}

/** How long both are measured, and what their losses must do. */
export interface Turns {
  /** Turns of each contestant. */
  readonly repeats: number;
  /** Timed steps in a turn. */
  readonly steps: number;
  /**
   * Whether the loss falls on one batch, as SimCLR's does. MoCo's rises while keys of that batch fill the queue; there the contestants must agree in
   * the loss of every turn, which shows a queue left alone at once, and key networks left alone after a dozen steps.
   */
  readonly lossFalls: boolean;
}

/** Quiet time before a turn, in milliseconds, for the other's threads to stop spinning. */
const pause = 200;
/** How far the first losses may lie apart, relative: same weights, same images, float32. */
const firstLossTolerance = 1e-3;
/** The same after one update, which amplifies what differs. */
const secondLossTolerance = 1e-2;
/** The same for each turn of MoCo; key networks that stand still are out by twice as much after 15 steps of ResNet-18. */
const turnLossTolerance = 5e-3;

/** The middle of `values`; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function checkLearns({contestant, losses}: Ready, turns: readonly Done[], lossFalls: boolean): void {
  const all = [...losses, ...turns.map(turn => turn.loss)];
  if (!all.every(Number.isFinite)) throw new Error(`bench: the loss of ${contestant} is not finite: ${all.join(', ')}.`);
  if (lossFalls && !(all[all.length - 1] < all[0])) {
    throw new Error(`bench: the loss of ${contestant} does not fall on one batch: ${all.join(', ')}.`);
  }
}

/** Throws unless both values are the same, numbers within a relative tolerance. */
function checkSame<T extends string | number>(what: string, [a, b]: readonly [T, T], field: readonly [Ready, Ready], tolerance = 0): void {
  const same = typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= tolerance * Math.abs(b) : a === b;
  if (same) return;
  const [ours, peer] = field.map(({contestant}) => contestant);
  throw new Error(`bench: the contestants do different work: ${what} ${a} (${ours}) and ${b} (${peer}).`);
}

/** Throws unless both do the same work: as many parameters, on the same kind of device, with the same losses before and after one update. */
function checkSameWork(ours: Ready, peer: Ready): void {
  const field = [ours, peer] as const;
  checkSame('parameters', [ours.parameters, peer.parameters], field);
  checkSame('device', [ours.device, peer.device], field);
  [firstLossTolerance, secondLossTolerance].forEach((tolerance, step) => {
    checkSame(`loss ${step}`, [ours.losses[step], peer.losses[step]], field, tolerance);
  });
}

/** Throws unless the losses of all turns are the same. */
function checkSameTurns(ours: Warm, peer: Warm): void {
  ours.turns.forEach(({loss}, i) => {
    checkSame(`loss of turn ${i}`, [loss, peer.turns[i].loss], [ours.ready, peer.ready], turnLossTolerance);
  });
}

/** A contestant that is warm. */
interface Warm {
  readonly contestant: Contestant;
  readonly ready: Ready;
  readonly turns: Done[];
}

async function finish({contestant, ready, turns}: Warm, lossFalls: boolean): Promise<Cost & {readonly steps: number}> {
  const {bytes, steps} = await contestant.end();
  checkLearns(ready, turns, lossFalls);
  return {seconds: median(turns.map(turn => turn.seconds)), bytes, steps};
}

/**
 * Measures ours and a peer turn by turn (A B A B …), so that a noisy moment hits both; one computes while the other waits.
 * `startPeer` is called once ours is warm, with where ours computes; without it ours is measured alone. Both are killed when anything throws.
 */
export async function duel(
  startOurs: () => Contestant,
  startPeer: ((device: Ready['device']) => Contestant) | Absent,
  {repeats, steps, lossFalls}: Turns,
): Promise<Outcome> {
  const started: Contestant[] = [];
  try {
    const ours = startOurs();
    started.push(ours);
    const ready = await ours.ready();
    if (ready.event === 'absent') throw new Error(`bench: ours cannot run here: ${ready.reason}`);
    const field: Warm[] = [{contestant: ours, ready, turns: []}];

    let absent: Absent | undefined;
    if (typeof startPeer === 'function') {
      const peer = startPeer(ready.device);
      started.push(peer);
      const peerReady = await peer.ready();
      if (peerReady.event === 'absent') {
        absent = peerReady;
      } else {
        checkSameWork(ready, peerReady);
        field.push({contestant: peer, ready: peerReady, turns: []});
      }
    } else {
      absent = startPeer;
    }

    for (let i = 0; i < repeats; i++) {
      for (const {contestant, turns} of field) {
        await sleep(pause);
        turns.push(await contestant.run(steps));
      }
    }
    const [oursCost, peerCost] = [await finish(field[0], lossFalls), field.length > 1 ? await finish(field[1], lossFalls) : undefined];
    if (peerCost === undefined) return {ours: oursCost, peer: absent ?? {event: 'absent', reason: 'not started'}};
    if (!lossFalls) checkSameTurns(field[0], field[1]);
    if (oursCost.steps !== peerCost.steps) {
      throw new Error(`bench: the contestants ran ${oursCost.steps} and ${peerCost.steps} steps.`);
    }
    return {ours: oursCost, peer: peerCost};
  } finally {
    for (const contestant of started) contestant.kill();
  }
}
