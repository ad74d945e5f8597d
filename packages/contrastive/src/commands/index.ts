import type {Command} from '../program/command.js';
import {completion} from './completion.js';
import {doctor} from './doctor.js';
import {duplicates} from './duplicates/index.js';
import {embed} from './embed/index.js';
import {exportCommand} from './export.js';
import {finetune} from './finetune/index.js';
import {importCommand} from './import.js';
import {pretrain} from './pretrain/index.js';
import {probe} from './probe/index.js';
import {report} from './report/index.js';
import {search} from './search/index.js';
import {serve} from './serve/index.js';
import {views} from './views.js';

/** All commands, in the order of `--help`. Another one is a file and its line here. */
export const commands: readonly Command[] = [
  pretrain,
  probe,
  finetune,
  embed,
  search,
  serve,
  duplicates,
  report,
  views,
  importCommand,
  exportCommand,
  doctor,
  completion,
];
