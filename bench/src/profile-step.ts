import {useBackend} from '@contrastive/backend';
import {median} from './duel.js';
import {ourTraining} from './our-training.js';
import {follow, type Event} from './profile/follow.js';
import {costsOf, peakOf, type Profile} from './profile/summary.js';
import type {ContestantSettings} from './settings.js';

/** Steps that are followed for their time; the one of median length is told. */
const STEPS = 5;

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings;
const {name, device} = await useBackend();
if (name !== 'tensorflow' || device !== 'cpu') {
  console.error(
    `bench: expected native TensorFlow on a CPU, where an operation has ended when its call has, with --profile, got ` +
      `${name} on a ${device}; set CONTRASTIVE_BACKEND=tensorflow, and CUDA_VISIBLE_DEVICES=-1 beside a GPU.`,
  );
  process.exit(1);
}
let events: Event[] = [];
follow(event => events.push(event)); // from the first weight on
const {run} = await ourTraining(settings);
for (let i = 0; i < settings.warmup; i++) (await run(1))();
const before = events;
const steps: {seconds: number; events: Event[]}[] = [];
for (let i = 0; i < STEPS; i++) {
  events = [];
  const start = performance.now();
  await run(1);
  steps.push({seconds: (performance.now() - start) / 1000, events});
}
const seconds = median(steps.map(step => step.seconds));
const step = steps.find(one => one.seconds === seconds) ?? steps[0]; // their number is odd
const profile: Profile = {
  seconds,
  operations: costsOf(step.events),
  peak: peakOf([...before, ...steps.slice(0, steps.indexOf(step)).flatMap(one => one.events)], step.events),
};
console.log(JSON.stringify(profile));
process.exit();
