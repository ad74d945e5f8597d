// Speaks the protocol without computing: `faults` in the settings says what it gets wrong.
import {createInterface} from 'node:readline';

const {faults = {}, warmup = 3} = JSON.parse(process.argv.at(-1));
const say = message => console.log(JSON.stringify(message));
/** A number is a loss. */
const figures = value => (typeof value === 'object' ? value : {loss: value});

console.log('chatter on standard output');
if (faults.absent) {
  say({event: 'absent', reason: faults.absent});
  process.exit();
}
if (faults.crash) {
  console.error('out of luck');
  process.exit(3);
}
say({
  event: 'ready',
  contestant: 'fake',
  device: 'cpu',
  facts: {parameters: 10},
  warmup: (faults.warmup ?? [3, 2, 1]).map(figures),
  ...faults.ready,
});
let steps = warmup;
for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  if (request.end) {
    say({event: 'end', bytes: 2_000_000, bytesBefore: 1_200_000, steps});
    break;
  }
  steps += 1 + request.steps;
  say({event: 'done', seconds: faults.seconds ?? 0.5, figures: figures(faults.turn ?? 0.5)});
}
