import {setTimeout as sleep} from 'node:timers/promises';
import type {Absent, Done, Ready} from './protocol.js';
import type {Contestant} from './contestant.js';
import {checkSame, type Report, type Rules} from './rules.js';

/** What one contestant took. */
interface Cost {
  /** Median over the turns of the mean seconds a step, or a view. */
  readonly seconds: number;
  /** Peak resident memory of the process, in bytes. */
  readonly bytes: number;
  /** How much of it is above what the process had just before its first step. */
  readonly bytesAbove: number;
}

/** What both took; a peer that cannot run here says why. */
export interface Outcome {
  readonly ours: Cost;
  readonly peer: Cost | Absent;
}

/** How long both are measured, and what must be the same. */
export interface Turns {
  /** Turns of each contestant. */
  readonly repeats: number;
  /** Timed steps in a turn. */
  readonly steps: number;
  /** What a step is divided into: 1, or the views of a batch. The figures are seconds of such a unit. */
  readonly units: number;
  /** The same of the peer, where it is another number: 1/45 where its step is one of 45 fits. */
  readonly peerUnits?: number;
  readonly rules: Rules;
}

/** Quiet time before a turn, in milliseconds, for the other's threads to stop spinning. */
const pause = 200;

/** The middle of `values`; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Throws unless both do the same work, as far as can be told when they are warm. */
function checkStart(ours: Ready, peer: Ready, rules: Rules): void {
  const field = [ours, peer] as const;
  for (const name of new Set(field.flatMap(({facts}) => Object.keys(facts)))) {
    checkSame(name, [ours.facts[name] ?? 'none', peer.facts[name] ?? 'none'], field);
  }
  checkSame('device', [ours.device, peer.device], field);
  rules.start?.(ours, peer);
}

/** A contestant that is warm. */
interface Warm extends Report {
  readonly contestant: Contestant;
  readonly turns: Done[];
}

async function finish(
  {contestant, ...report}: Warm,
  units: number,
  rules: Rules,
): Promise<Cost & {readonly steps: number}> {
  const {bytes, bytesBefore, steps} = await contestant.end();
  rules.alone(report);
  const seconds = median(report.turns.map(turn => turn.seconds)) / units;
  return {seconds, bytes, bytesAbove: bytes - bytesBefore, steps};
}

/**
 * Measures ours and a peer turn by turn (A B A B …), so that a noisy moment hits both; one computes while the other
 * waits. `startPeer` is called once ours is warm, with where ours computes; without it ours is measured alone. Both are
 * killed when anything throws.
 */
export async function duel(
  startOurs: () => Contestant,
  startPeer: ((device: Ready['device']) => Contestant) | Absent,
  measured: Turns,
): Promise<Outcome> {
  const {repeats, steps, units, peerUnits = units, rules} = measured;
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
        checkStart(ready, peerReady, rules);
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
    const [oursCost, peerCost] = [
      await finish(field[0], units, rules),
      field.length > 1 ? await finish(field[1], peerUnits, rules) : undefined,
    ];
    if (peerCost === undefined) return {ours: oursCost, peer: absent ?? {event: 'absent', reason: 'not started'}};
    rules.both?.(field[0], field[1]);
    if (oursCost.steps !== peerCost.steps) {
      throw new Error(`bench: the contestants ran ${oursCost.steps} and ${peerCost.steps} steps.`);
    }
    return {ours: oursCost, peer: peerCost};
  } finally {
    for (const contestant of started) contestant.kill();
  }
}
