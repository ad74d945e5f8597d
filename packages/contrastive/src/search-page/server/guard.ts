import {createHash, timingSafeEqual} from 'node:crypto';
import type {IncomingMessage} from 'node:http';
import {isIP, isIPv4} from 'node:net';
import {hostname} from 'node:os';
import {RequestError} from './request-error.js';

/** Whether only programs of this computer reach what listens there. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** Whether it is all addresses of this computer. */
export const isWildcard = (host: string): boolean => /^(0\.0\.0\.0|::|0+(:0+){7})$/.test(host);

/** An address as it stands in a URL. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/**
 * Whether a request names this server by what it listens at. A page elsewhere can make its own name lead to this
 * computer (DNS rebinding), but not a bare address. Ports may differ: tunnels (`ssh -L`) have their own.
 */
export function namesUs(header: string | undefined, host: string): boolean {
  const name = /^(\[[\da-f:.]+\]|[^:[\]]+)(:\d{1,5})?$/i.exec(header ?? '')?.[1] ?? '';
  const bare = name.toLowerCase().replace(/^\[|\]$/g, '');
  if (isLoopback(host) && isLoopback(bare)) return true;
  if (isWildcard(host)) return isIP(bare) !== 0 || isLoopback(bare) || bare === hostname().toLowerCase();
  return bare === host.toLowerCase();
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Throws unless a request has the word of this session; in a time that does not tell how much of it is right.
 *
 * @throws RequestError when it has not.
 */
export function checkToken({headers: {authorization = ''}}: IncomingMessage, token: string): void {
  if (timingSafeEqual(digest(authorization), digest(`Bearer ${token}`))) return;
  throw new RequestError(401, 'Open the address that contrastive serve has printed; each start has another.');
}

/**
 * Throws unless it is a page of this server that asks.
 *
 * @throws RequestError for all others.
 */
export function checkOrigin({headers: {host, origin}}: IncomingMessage): void {
  if (origin === `http://${host ?? ''}`) return;
  throw new RequestError(403, 'Only the page of contrastive serve may ask for this.');
}
