import {existsSync, readFileSync} from 'node:fs';
import {createServer, request, type IncomingHttpHeaders} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join, normalize} from 'node:path';
import {createFinder} from '../../src/search-page/finder.js';
import {createAnswers} from '../../src/search-page/server/create-answers.js';
import {createHandler} from '../../src/search-page/server/handle.js';
import {listen} from '../../src/search-page/server/listen.js';
import {createTurns} from '../../src/search-page/server/turns.js';
import type {Gallery} from './gallery.js';

/** What came back. */
export interface Came {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is asked. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent, in pieces, each when the one before is on its way; as it is said to be long, where it is said. */
  readonly body?: readonly Uint8Array[];
}

/** Bytes of the largest image that is taken here. */
export const MOST = 1_000_000;

/** The word of the session. */
export const TOKEN = 'the-word-of-the-session';

/** Asks as a program may: the path is sent as it is. */
export async function ask(port: number, path: string, {method = 'GET', headers = {}, body}: Ask = {}): Promise<Came> {
  return new Promise((resolve, reject) => {
    const sent = request({host: '127.0.0.1', port, path, method, headers, agent: false}, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks)});
        sent.destroy(); // whatever of it was not sent yet
      });
    });
    sent.on('error', reject);
    for (const piece of body ?? []) sent.write(piece);
    sent.end();
  });
}

/** Serves a gallery, as the command does. */
export async function serveGallery({opened, bank, data}: Gallery, k = 12) {
  const host = '127.0.0.1';
  const listening = await listen('test', host, 0);
  const {port} = listening;
  const failures: unknown[] = [];
  const about = {title: 'photos', images: bank.rows, encoder: 'encoder', mostBytes: MOST};
  const answers = createAnswers(about, createFinder(opened, bank, data, k), bank, data);
  const [searches, pictures] = [createTurns(1, 8), createTurns(4, 500)];
  const onFailure = (error: unknown): void => {
    failures.push(error);
  };
  listening.answer(createHandler(answers, {host, token: TOKEN, searches, pictures, onFailure}));
  const origin = `http://127.0.0.1:${port}`;
  return {
    ...{port, origin, failures, close: () => listening.close()},
    /** Asks as the page does. */
    page: async (path: string, {headers, ...given}: Ask = {}): Promise<Came> =>
      ask(port, path, {...given, headers: {authorization: `Bearer ${TOKEN}`, origin, ...headers}}),
  };
}

/** Hosts a folder under `/pages/`, as hosts of pages do under a path: what sites are made of, and nothing else. */
export async function hostFolder(root: string): Promise<{readonly origin: string; close(): void}> {
  const types: Readonly<Partial<Record<string, string>>> = {
    html: 'text/html',
    js: 'text/javascript',
    webp: 'image/webp',
  };
  const server = createServer(({url = ''}, response) => {
    const path = join(root, normalize(decodeURIComponent(url.replace(/\?.*/, ''))).slice('/pages'.length));
    const type = types[path.split('.').at(-1) ?? ''];
    const there = url.startsWith('/pages/') && existsSync(path) && type !== undefined;
    response.writeHead(there ? 200 : 404, {'content-type': type ?? 'text/plain'});
    response.end(there ? readFileSync(path) : '');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
