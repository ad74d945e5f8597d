import type {Augment} from '@contrastive/augment';
import {checkSource, type Source} from '@contrastive/data';
import {
  augmentRule,
  callable,
  checkOptions,
  checkValue,
  integer,
  list,
  narrowed,
  object,
  required,
  text,
  type Rules,
} from '@contrastive/internal';
import {checkNetworks, requireBackend} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Gallery, ReportData, RunData} from '../data.js';
import {collectImages} from './collect-images.js';
import {nameApart, readRun} from './read-run.js';

/** Runs that a page can tell apart by their colours. */
const MOST_RUNS = 8;

/** Bytes of all thumbnails together: a page of them stays below 15 MB, whatever the images. */
const THUMBNAIL_BYTES = 9e6;

/** A run to report on. */
export interface ReportedRun {
  /** Its folder: that of `pretrain`, of `openRun`, or one with a `metrics.jsonl`. */
  readonly folder: string;
  /** What it is called on the page; by default as its folder. */
  readonly name?: string;
  /** Its encoder; with `images`. */
  readonly encoder?: LayersModel;
  /** Images to see through it, with or without labels: of its training, or better others. */
  readonly images?: Source;
  /** Made the views of its training, which are shown; needs `images`. */
  readonly augment?: Augment;
}

/** Options of {@link collectReport}. */
export interface CollectReportOptions {
  /** Heading of the page; by default it is made of the names of the runs. */
  readonly title?: string;
  /** Draws the sample of the images, the map's start and the views; 1 by default. */
  readonly seed?: number;
  /** Images on a map, a sample where there are more; 10,000 by default, from 1 on. */
  readonly mostImages?: number;
  /** Called as work goes on: which run, what is done, how much of it, and how much there is. */
  readonly onProgress?: (run: string, what: string, done: number, total: number) => void;
}

const runRules: Rules<ReportedRun> = {
  folder: required(text),
  name: text,
  encoder: object,
  images: object,
  augment: augmentRule,
};

const optionRules: Rules<CollectReportOptions> = {
  title: text,
  seed: integer(),
  mostImages: integer({least: 1, most: 10_000}),
  onProgress: callable,
};

const runsRule = narrowed(
  list(object, `a list of 1 to ${MOST_RUNS} runs`),
  ({length}) => length > 0 && length <= MOST_RUNS,
);

function check(where: string, runs: readonly ReportedRun[], options: CollectReportOptions): void {
  checkValue(where, 'runs', runs, runsRule);
  checkOptions(where, options, optionRules);
  for (const run of runs) {
    checkOptions(where, run, runRules);
    const {encoder, images, augment} = run;
    if (images) checkSource(where, images, 'images');
    if (encoder) checkNetworks(where, {encoder});
    if ((encoder === undefined) !== (images === undefined) || (augment && !images)) {
      const got = Object.keys(run).filter(key => key !== 'folder' && key !== 'name');
      throw new TypeError(
        `${where}: expected encoder and images together as a run, got ${got.join(', ')} alone; give both, or leave ` +
          'them out.',
      );
    }
    if (encoder) requireBackend(where);
  }
}

/**
 * Collects everything that a report shows of one run, or of several to compare: logs, configuration and results of
 * probes from their folders, and what their encoders make of images. The result is plain JSON: {@link drawReport} makes
 * the page of it, again and again, without models or images.
 *
 * Where a run has no log, no results or no encoder, the report says so. Images beyond `mostImages` are sampled. Runs
 * that are given the same source share its thumbnails.
 *
 * @throws `TypeError` or `RangeError` (a rejection, as all of them) for bad arguments and where there are no images,
 * `Error` for a folder of no run and for damaged files in it, with their paths.
 * @example
 * ```ts
 * const data = await collectReport([{folder: 'runs/a', encoder: await loadEncoder('runs/a/encoder'), images}]);
 * await writeFile('report.html', drawReport(data));
 * ```
 */
export async function collectReport(
  runs: readonly ReportedRun[],
  options: CollectReportOptions = {},
): Promise<ReportData> {
  return collect('collectReport', runs, options);
}

/** The same for whoever asks. */
export async function collect(
  where: string,
  runs: readonly ReportedRun[],
  options: CollectReportOptions,
): Promise<ReportData> {
  check(where, runs, options);
  const {seed = 1, mostImages = 10_000, onProgress} = options;
  const read: RunData[] = [];
  for (const {folder, name} of runs) {
    const run = await readRun(folder);
    read.push(name === undefined ? run : {...run, name});
  }
  const named = nameApart(read);
  const sources = [...new Set(runs.flatMap(({images}) => images ?? []))];
  const galleries: Gallery[] = [];
  const collected: RunData[] = [];
  for (const [i, {encoder, images, augment}] of runs.entries()) {
    const run = named[i];
    if (!encoder || !images) {
      collected.push(run);
      continue;
    }
    const gallery = sources.indexOf(images);
    const looking = {
      ...{seed, mostImages, mostBytes: THUMBNAIL_BYTES / sources.length},
      onProgress: (what: string, done: number, total: number) => onProgress?.(run.name, what, done, total),
    };
    const looked = {encoder, images, ...(augment && {augment})};
    const {data, gallery: made} = await collectImages(looked, looking, gallery, gallery < galleries.length);
    if (made) galleries.push(made);
    collected.push({...run, images: data});
  }
  const title = options.title ?? named.map(({name}) => name).join(' · ');
  return {format: 1, title, made: new Date().toISOString(), runs: collected, galleries};
}
