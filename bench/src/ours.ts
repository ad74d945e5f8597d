import {useBackend} from '@contrastive/backend';
import {ourTraining} from './our-training.js';
import {serve} from './serve.js';
import type {ContestantSettings} from './settings.js';

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings;
const {name, device, version} = await useBackend();
await serve(
  {contestant: `Contrastive on ${name} ${version}`, device, ...(await ourTraining(settings))},
  settings.warmup,
);
process.exit();
