import {extname} from 'node:path';
import {likely} from '@contrastive/internal';
import {embed} from '../../data/embed.js';
import {checkChannels, checkData, openData} from '../../data/open-data.js';
import {checkEncoder, openEncoder} from '../../encoder/open-encoder.js';
import {printable} from '../../escape/terminal.js';
import {checkFile} from '../../output/check-file.js';
import {startBackend} from '../../output/compute.js';
import {tellBad} from '../../output/tell-bad.js';
import {count, counted, duration} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import type {settings} from './index.js';
import {pathsBeside, writers} from './write.js';

const where = 'contrastive embed';

/** Writes the features of images to a file. */
export async function embedTo(told: Values<typeof settings>, {output}: Context): Promise<void> {
  const {run, data: spec, out, overwrite = false, workers} = told;
  const ending = extname(out).toLowerCase();
  if (!Object.hasOwn(writers, ending)) {
    const endings = Object.keys(writers);
    const like = likely(ending || out, endings);
    throw new UsageError(
      `${where}: expected a file that ends in ${endings.join(', ')} as --out, got ${out}; ` +
        (like === undefined ? 'give one of these endings.' : `did you mean ${like}?`),
    );
  }
  for (const file of new Set([out, pathsBeside(out)])) await checkFile(where, file, overwrite);
  checkEncoder(where, run);
  checkData(where, spec);
  await startBackend(told.backend, output);
  const {encoder, preparation} = await openEncoder(where, run);
  const {channels} = preparation;
  try {
    const data = await openData(where, spec, {channels, shuffle: false, ...(workers !== undefined && {workers})});
    const {source} = data;
    try {
      checkChannels(where, data, channels);
      const began = performance.now();
      const embedded = await embed(encoder, source, output);
      const seconds = (performance.now() - began) / 1000;
      await writers[ending](out, embedded);
      const {rows, columns} = embedded;
      tellBad(source.bad, output);
      output.record({event: 'embedded', images: rows, numbers: columns, seconds, file: out});
      output.say(
        `${counted(rows, 'image')}, ${columns} numbers each, in ${duration(seconds)} ` +
          `(${count(Math.round(rows / seconds))} images/s): ${printable(out)}` +
          (pathsBeside(out) === out ? '' : `, their paths: ${printable(pathsBeside(out))}`),
      );
    } finally {
      await source.close();
    }
  } finally {
    encoder.dispose();
  }
}
