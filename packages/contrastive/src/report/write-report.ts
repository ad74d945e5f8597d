import {rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {checkValue, reasonOf, text} from '@contrastive/internal';
import {writeDurably} from '@contrastive/internal/node';
import {collect, type CollectReportOptions, type ReportedRun} from './collect/collect-report.js';
import type {ReportData} from './data.js';
import {drawReport} from './draw/draw-report.js';

/** Writes a file whole or not at all. */
async function writeWhole(path: string, content: string): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await rm(part, {force: true});
    await writeDurably(part, content);
    await rename(part, path);
  } catch (cause) {
    await rm(part, {force: true}).catch(() => undefined);
    throw new Error(
      `writeReport: expected to write ${path}, got ${reasonOf(cause)}; give a file in a folder that is there and ` +
        'that you may write to.',
      {cause},
    );
  }
}

/**
 * Writes the report of a run, or of several side by side, as one page of HTML that opens from disk; a file that is
 * there is replaced once the new one is whole.
 *
 * @param runs The runs; see {@link ReportedRun}.
 * @param path The page, for example `runs/a/report.html`.
 * @returns What the page shows, as JSON: {@link drawReport} draws it again.
 * @throws As {@link collectReport}; `Error` when the file cannot be written.
 * @example
 * ```ts
 * await writeReport([{folder: 'runs/a', encoder, images: await imageFolder('photos'), augment}], 'report.html');
 * ```
 */
export async function writeReport(
  runs: readonly ReportedRun[],
  path: string,
  options: CollectReportOptions = {},
): Promise<ReportData> {
  checkValue('writeReport', 'path', path, text);
  const data = await collect('writeReport', runs, options);
  await writeWhole(path, drawReport(data));
  return data;
}
