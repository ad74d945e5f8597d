import {rename} from 'node:fs/promises';
import {findPython} from './find-python.js';
import {measure} from './measure.js';
import {memoryNotes, viewsNotes} from './notes.js';
import {parseOptions, usage, type Options} from './options.js';
import {formatProfile} from './profile/format.js';
import {profile, stepsOf} from './profile/run.js';
import {formatTable, requireWritable, toResult, writeResults, type Result} from './result.js';
import {selectRows, type Row} from './rows.js';

async function bench(rawArgs: readonly string[], signal: AbortSignal): Promise<void> {
  const options = parseOptions(rawArgs);
  const selected = selectRows(options.names);
  if (options.json !== undefined) await requireWritable(options.json);
  if (options.profile) await profileAll(selected, options, signal);
  else await measureAll(selected, options, signal);
}

/** Says where our steps of some rows spend time and memory. */
async function profileAll(selected: readonly Row[], {json, quick}: Options, signal: AbortSignal): Promise<void> {
  const results: object[] = [];
  for (const {name, settings} of stepsOf(selected)) {
    console.error(`${name}, by operation …`);
    const found = await profile(settings, {quick, signal});
    results.push({name, ...found});
    console.log(`${formatProfile(name, found)}\n`);
  }
  console.log('Our step of median length out of five. Memory within operations, as of their workspaces, is not seen.');
  if (quick) console.log('Quick: tiny networks and batches, so the figures mean nothing.');
  if (json !== undefined) await writeResults(json, results);
}

/** Measures some rows beside their peers. */
async function measureAll(
  selected: readonly Row[],
  {json, repeats, quick}: Options,
  signal: AbortSignal,
): Promise<void> {
  const python = await findPython(process.env, signal);
  const results: Result[] = [];
  const notes: string[] = [];
  try {
    for (const row of selected) {
      console.error(`${row.name} against ${row.peer} …`);
      const outcome = await measure(row, {python, repeats, quick, signal});
      results.push(toResult(row, outcome));
      if (json !== undefined) await writeResults(`${json}.part`, results); // so that none is lost
      if ('event' in outcome.peer) notes.push(`No ${row.peer} for ${row.name}: ${outcome.peer.reason}.`);
    }
  } finally {
    if (results.length > 0) console.log(formatTable(results)); // also of what was measured before a failure
  }
  console.log(
    'Seconds a step, a view or a probe; median of the turns; ratio = ours / peer; peak memory of the process in 10⁶ ' +
      'bytes, with + that above what it had before its first step.',
  );
  if (quick) console.log('Quick: tiny networks and batches, so the figures mean nothing.');
  else notes.push(...memoryNotes(results), ...viewsNotes(results));
  for (const note of notes) console.log(note);
  if (json !== undefined) await rename(`${json}.part`, json);
}

const interrupted = new AbortController();
for (const [signal, code] of Object.entries({SIGHUP: 129, SIGINT: 130, SIGTERM: 143})) {
  process.once(signal, () => {
    interrupted.abort();
    process.exitCode = code;
  });
}

const rawArgs = process.argv.slice(2);
if (rawArgs.includes('--help') || rawArgs.includes('-h')) {
  console.log(usage);
} else {
  try {
    await bench(rawArgs, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
}
