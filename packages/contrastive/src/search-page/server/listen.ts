import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {reasonOf} from '@contrastive/internal';
import {UsageError} from '../../program/usage-error.js';

/** What listens, and answers from when it is told how. */
export interface Listening {
  /** Which port it is, also where any was asked for. */
  readonly port: number;
  /** Answers from now on; until then it says that it is not ready. */
  answer(handler: RequestListener): void;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Connections at a time: a browser takes six for a page. */
const CONNECTIONS = 100;

/** What each failure means, and what to do. */
const failures: Readonly<Partial<Record<string, (host: string, port: number) => string>>> = {
  EADDRINUSE: (_, port) =>
    `a free port as --port, got ${port}, at which another program listens; give another, for example --port ` +
    `${port + 1}.`,
  EACCES: (_, port) =>
    `a port that this user may listen at as --port, got ${port}; give one from 1024 on, for example --port 8787.`,
  EADDRNOTAVAIL: host => `an address of this computer as --host, got ${host}; leave it out for this computer alone.`,
  ENOTFOUND: host => `an address of this computer as --host, got ${host}; leave it out for this computer alone.`,
};

/**
 * Listens, before anything else is begun.
 *
 * @param where What messages begin with.
 * @throws UsageError (a rejection) when the port is taken, or the address is none of this computer's.
 */
export async function listen(where: string, host: string, port: number): Promise<Listening> {
  if (port > 65_535) {
    throw new UsageError(`${where}: expected a port up to 65535 as --port, got ${port}; give one, for example 8787.`);
  }
  let handler: RequestListener = (_, response) => {
    response.writeHead(503, {'content-type': 'text/plain', 'retry-after': '1'}).end('It is not ready yet.\n');
  };
  const server = createServer({headersTimeout: 10_000, requestTimeout: 60_000}, (request, response) => {
    handler(request, response);
  });
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const words = failures[cause.code ?? '']?.(host, port);
      const other = `to listen at ${host}, port ${port}, got ${reasonOf(cause)}; give another --port.`;
      reject(new UsageError(`${where}: expected ${words ?? other}`, {cause}));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // of TCP
    answer: given => {
      handler = given;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
