import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http';
import type {About, Shown} from '../browser/engine.js';
import {UnreadableError, type Finder} from '../finder.js';
import {checkOrigin, checkToken, namesUs} from './guard.js';
import {readBody} from './read-body.js';
import {RequestError} from './request-error.js';
import type {Turns} from './turns.js';

/** What requests are answered with. */
export interface Answers {
  /** The page, and the policy that it needs. */
  readonly page: {readonly content: string; readonly policy: string};
  readonly about: About;
  readonly finder: Finder;
  /** A small picture of an image, made anew (WebP); undefined where the image cannot be read any more. */
  thumbnail(image: number): Promise<Uint8Array | undefined>;
  /** Images to begin with. */
  some(): Shown[];
  /** Others, drawn each time. */
  others(): Shown[];
}

/** Where and how it is asked. */
interface HandleOptions {
  /** What was listened at. */
  readonly host: string;
  /** The word of this session. */
  readonly token: string;
  /** Searches, one at a time. */
  readonly searches: Turns;
  /** Pictures, some at a time. */
  readonly pictures: Turns;
  /** Hears of what failed by no fault of the asker's. */
  readonly onFailure: (error: unknown) => void;
}

/** What every answer says: it is for this page alone, is kept nowhere, and is what it says it is. */
const COMMON = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

/** Of answers that are no page. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** An answer. */
interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly policy?: string;
}

const json = (value: unknown): Answer => ({type: 'application/json; charset=utf-8', body: JSON.stringify(value)});

/** What is asked for: a word, and the number of an image behind some. Nothing else in an address means anything. */
function askedFor(url: string): {readonly what: string; readonly number?: string} {
  const [, what] = url.split('/');
  const number = /^\/(?:image|near|thumbnail)\/(0|[1-9]\d{0,8})$/.exec(url)?.[1];
  if (number !== undefined) return {what, number};
  if (['/', '/about', '/some', '/others', '/near'].includes(url)) return {what};
  throw new RequestError(404, 'There is nothing at this address.');
}

function send(response: ServerResponse, status: number, {type, body, policy = NOTHING}: Answer, more = {}): void {
  response.writeHead(status, {...COMMON, 'content-security-policy': policy, 'content-type': type, ...more});
  response.end(body);
}

/** Makes what answers requests. */
export function createHandler(answers: Answers, options: HandleOptions): RequestListener {
  const {about, finder} = answers;
  const {host, token, searches, pictures, onFailure} = options;

  const imageOf = (text: string): number => {
    const image = Number(text);
    if (image < about.images) return image;
    throw new RequestError(404, `There is no image ${image}.`);
  };

  const thumbnail = async (image: number): Promise<Answer> => {
    const body = await pictures.take(() => answers.thumbnail(image));
    if (body === undefined) throw new RequestError(404, 'This image cannot be read any more.');
    return {type: 'image/webp', body};
  };

  /** The answer to a request whose address and word are right. */
  const find = async (request: IncomingMessage, what: string, number?: string): Promise<Answer> => {
    if (what === 'near') {
      checkOrigin(request);
      if (number !== undefined) {
        const image = imageOf(number);
        return json(await searches.take(() => finder.near(image)));
      }
      const bytes = await readBody(request, about.mostBytes);
      return json(await searches.take(() => finder.nearBytes(bytes)));
    }
    if (what === 'thumbnail') return thumbnail(imageOf(number ?? ''));
    if (what === 'image') return json(finder.shown(imageOf(number ?? '')));
    if (what === 'some') return json(answers.some());
    return json(what === 'others' ? answers.others() : about);
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const {method, headers, url = ''} = request;
    if (!namesUs(headers.host, host)) throw new RequestError(421, 'This is no name of this server.');
    const {what, number} = askedFor(url);
    if (method !== (what === 'near' ? 'POST' : 'GET'))
      throw new RequestError(405, `This is had by ${what === 'near' ? 'POST' : 'GET'} alone.`);
    const {content, policy} = answers.page;
    if (what === '') return {type: 'text/html; charset=utf-8', body: content, policy}; // it tells nothing of images
    checkToken(request, token);
    return find(request, what, number);
  };

  const refuse = (response: ServerResponse, error: unknown): void => {
    const refusal = error instanceof UnreadableError ? new RequestError(422, error.message) : error;
    const known = refusal instanceof RequestError;
    if (!known) onFailure(error);
    const {status, message} = known ? refusal : new RequestError(500, 'It failed; the terminal says why.');
    const allow = status === 405 ? {allow: message.includes('POST') ? 'POST' : 'GET'} : {};
    send(response, status, json({reason: message}), {...allow, ...(status === 503 && {'retry-after': '1'})});
  };

  return (request, response) => {
    answer(request).then(
      found => {
        send(response, 200, found);
      },
      (error: unknown) => {
        if (!response.destroyed) refuse(response, error);
      },
    );
  };
}
