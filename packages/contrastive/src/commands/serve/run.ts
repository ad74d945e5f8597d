import {randomBytes} from 'node:crypto';
import {networkInterfaces} from 'node:os';
import {resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';
import {indexFolder, openIndex} from '../../data/feature-index.js';
import {readPlaces} from '../../data/kept-places.js';
import {checkChannels, checkData, openIndexed, type Data} from '../../data/open-data.js';
import {checkEncoder, openEncoder, type OpenedEncoder} from '../../encoder/open-encoder.js';
import {printable} from '../../escape/terminal.js';
import {startBackend} from '../../output/compute.js';
import type {Output} from '../../output/output.js';
import {tellBad} from '../../output/tell-bad.js';
import {counted} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {onStop} from '../../program/stop-signals.js';
import {createFinder, titleOf} from '../../search-page/finder.js';
import {createAnswers} from '../../search-page/server/create-answers.js';
import {inUrl, isLoopback, isWildcard} from '../../search-page/server/guard.js';
import {createHandler} from '../../search-page/server/handle.js';
import {listen, type Listening} from '../../search-page/server/listen.js';
import {createTurns} from '../../search-page/server/turns.js';
import type {settings} from './index.js';

const where = 'contrastive serve';

/** Bytes of the largest image that is taken. */
const MOST_BYTES = 20_000_000;

/** Searches that may wait while one is done, and pictures that are made at a time or wait. */
const [SEARCHES_WAITING, PICTURES, PICTURES_WAITING] = [8, 4, 500];

/** The address to open: of all addresses of this computer one that others can reach. */
function urlOf(host: string, port: number, token: string): string {
  const others = Object.values(networkInterfaces()).flatMap(found => found ?? []);
  const other = others.find(({family, internal}) => family === 'IPv4' && !internal)?.address;
  const name = isWildcard(host) ? (other ?? '127.0.0.1') : host;
  return `http://${inUrl(name)}:${port}/#token=${token}`;
}

/** What listening at this address exposes. */
const exposure = (host: string, images: string): string =>
  isLoopback(host)
    ? 'Only this computer can open it.'
    : `It listens at ${host}, not for this computer alone: whoever reaches that and has this address sees small ` +
      `pictures and the names of ${images}, and can let this computer compute. Nothing is encrypted on the way.`;

/** Answers until a signal comes. */
async function answer(
  listening: Listening,
  told: Values<typeof settings>,
  opened: OpenedEncoder,
  data: Data<Source>,
  output: Output,
): Promise<number> {
  const {run, host = '127.0.0.1', k = 12, index} = told;
  const {port} = listening;
  const bank = await openIndex(indexFolder(run, data.spec, data.source.channels, index), opened, data, output);
  tellBad(data.source.bad, output);
  const finder = createFinder(opened, bank, data, k);
  const about = {title: titleOf(data.spec), images: bank.rows, encoder: titleOf(run), mostBytes: MOST_BYTES};
  const token = randomBytes(24).toString('base64url');
  const [searches, pictures] = [createTurns(1, SEARCHES_WAITING), createTurns(PICTURES, PICTURES_WAITING)];
  const onFailure = (error: unknown): void => {
    output.note(printable(reasonOf(error)));
  };
  const stopped = new Promise<number>(onStop);
  const options = {host, token, searches, pictures, onFailure};
  listening.answer(createHandler(createAnswers(about, finder, bank, data), options));
  const url = urlOf(host, port, token);
  const images = counted(bank.rows, 'image');
  output.record({event: 'serving', url, host, port, images: bank.rows});
  output.say(`${images} to search. Open this address; Ctrl-C ends it:\n\n  ${url}\n\n${exposure(host, images)}`);
  const code = await stopped;
  output.note('Ended.');
  await listening.close();
  await Promise.all([searches.close(), pictures.close()]);
  return code;
}

/** Serves a page that searches by image, until a signal comes; gives the exit code. */
export async function serve(told: Values<typeof settings>, {output}: Context): Promise<number> {
  const {run, data: spec, port = 8787, host = '127.0.0.1', index, workers} = told;
  const listening = await listen(where, host, port);
  try {
    checkEncoder(where, run);
    checkData(where, spec);
    await startBackend(told.backend, output);
    const opened = await openEncoder(where, run);
    try {
      const {channels} = opened.preparation;
      const places = await readPlaces(indexFolder(run, resolve(spec), channels, index));
      const data = await openIndexed(where, spec, {channels, ...places, ...(workers !== undefined && {workers})});
      try {
        checkChannels(where, data, channels);
        return await answer(listening, told, opened, data, output);
      } finally {
        await data.source.close();
      }
    } finally {
      opened.encoder.dispose();
    }
  } finally {
    await listening.close();
  }
}
