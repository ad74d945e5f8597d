import {rename} from 'node:fs/promises';
import {findPython} from './find-python.js';
import {measure} from './measure.js';
import {memoryNotes, viewsNotes} from './notes.js';
import {parseOptions, usage} from './options.js';
import {formatTable, requireWritable, toResult, writeResults, type Result} from './result.js';
import {selectRows} from './rows.js';

async function bench(rawArgs: readonly string[], signal: AbortSignal): Promise<void> {
  const {names, json, repeats, quick} = parseOptions(rawArgs);
  const selected = selectRows(names);
  if (json !== undefined) await requireWritable(json);
  const python = await findPython(process.env, signal);
  const results: Result[] = [];
  const notes: string[] = [];
  for (const row of selected) {
    console.error(`${row.name} against ${row.peer} …`);
    const outcome = await measure(row, {python, repeats, quick, signal});
    results.push(toResult(row, outcome));
    if (json !== undefined) await writeResults(`${json}.part`, results); // so that none is lost
    if ('event' in outcome.peer) notes.push(`No ${row.peer} for ${row.name}: ${outcome.peer.reason}.`);
  }
  console.log(formatTable(results));
  console.log(
    'Seconds a step, or a view; median of the turns; ratio = ours / peer; peak memory of the process in 10⁶ bytes.',
  );
  if (quick) console.log('Quick: tiny networks and batches, so the figures mean nothing.');
  else notes.push(...memoryNotes(results), ...viewsNotes(results));
  for (const note of notes) console.log(note);
  if (json !== undefined) await rename(`${json}.part`, json);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
    process.exitCode = signal === 'SIGINT' ? 130 : 143;
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
