import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Augment} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {loadEncoder} from '@contrastive/weights/node';
import type {CollectReportOptions, ReportedRun} from './collect/collect-report.js';
import {FILES, readRun} from './collect/read-run.js';
import type {RunData} from './data.js';
import {writeReport} from './write-report.js';

/** What a run is looked at with. */
interface OpenedImages {
  /** Images to see through the run's encoder. */
  readonly images: Source;
  /** Made the views of its training. */
  readonly augment?: Augment;
}

/** Options of {@link reportRuns}. */
export interface ReportRunsOptions extends CollectReportOptions {
  /** The page that is written. */
  readonly out: string;
  /**
   * Opens the images of a run by its configuration; the same source for the same images, so that runs share
   * thumbnails. Nothing where there are none: the report then has what the folder has.
   */
  readonly open?: (configuration: RunData['configuration'], folder: string) => Promise<OpenedImages | undefined>;
}

/**
 * Reads the folders, loads the encoder that each has under `encoder`, and writes the page.
 * A run without an encoder is reported on without images. Sources stay open: whoever opened them closes them.
 *
 * @param runs Folders of runs.
 */
export async function reportRuns(runs: readonly string[], options: ReportRunsOptions): Promise<void> {
  const {out, open, ...rest} = options;
  const reported: ReportedRun[] = [];
  try {
    for (const folder of runs) {
      const path = join(folder, FILES.encoder);
      const opened = open && existsSync(path) ? await open((await readRun(folder)).configuration, folder) : undefined;
      reported.push({folder, ...(opened && {...opened, encoder: await loadEncoder(path)})});
    }
    await writeReport(reported, out, rest);
  } finally {
    for (const {encoder} of reported) encoder?.dispose();
  }
}
