import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Source} from '@contrastive/data';
import {checkData, openIndexed} from '../../data/open-data.js';
import {printable} from '../../escape/terminal.js';
import {checkFile} from '../../output/check-file.js';
import {startBackend} from '../../output/compute.js';
import {asCommand} from '../../program/advice.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {reportRuns} from '../../report/report-runs.js';
import type {Configuration} from '../../run/configuration.js';
import {isRun} from '../../run/run-folder.js';
import {augmentOf} from '../pretrain/views.js';
import type {settings} from './index.js';

const where = 'contrastive report';

/** Writes the page of runs. */
export async function report(told: Values<typeof settings>, {output}: Context): Promise<void> {
  const {
    runs,
    out = join(runs[0], 'report.html'),
    data,
    images = 2000,
    seed,
    overwrite = false,
    workers,
    backend,
  } = told;
  const other = runs.find(folder => !isRun(folder));
  if (other !== undefined) {
    throw new UsageError(
      existsSync(other)
        ? `${where}: expected folders of runs, got ${other}; give those that pretrain made as --out.`
        : `${where}: expected folders of runs, got ${other}, which is not there; check the path.`,
    );
  }
  await checkFile(where, out, overwrite);
  if (data !== undefined) checkData(where, data);
  await startBackend(backend, output);
  const opened = new Map<string, Source>();
  /** The same source for the same images, so that several runs share thumbnails. */
  const openOnce = async (spec: string, channels: 1 | 3): Promise<Source> => {
    const key = `${channels} ${spec}`;
    const known = opened.get(key);
    if (known) return known;
    const {source} = await openIndexed(where, spec, {channels, ...(workers !== undefined && {workers})});
    opened.set(key, source);
    return source;
  };
  let last = '';
  try {
    await reportRuns(runs, {
      out,
      mostImages: images,
      ...(seed !== undefined && {seed}),
      onProgress: (run, what) => {
        if (`${run} ${what}` !== last) output.note(`${printable(run)}: ${what}`);
        last = `${run} ${what}`;
      },
      open: async (configuration, folder) => {
        const own = configuration as Partial<Configuration>; // as pretrain wrote it
        const {data: trained, channels = 3, method, size, minArea} = own;
        const spec = data ?? trained;
        if (spec === undefined) return undefined;
        const images = await openOnce(spec, channels).catch((error: unknown) => {
          if (data !== undefined || !(error instanceof UsageError)) throw error;
          const reason = printable(asCommand(error.message)); // they moved, or went
          output.note(`${printable(folder)}: without its images: ${reason}`);
          return undefined;
        });
        if (images === undefined) return undefined;
        const augment = method && size !== undefined && minArea !== undefined && augmentOf({method, size, minArea});
        return {images, ...(augment && {augment})};
      },
    });
  } finally {
    for (const source of opened.values()) await source.close();
  }
  output.record({event: 'report', file: out, runs});
  output.say(`A page of ${runs.length === 1 ? 'the run' : `${runs.length} runs`}: ${printable(out)}`);
}
