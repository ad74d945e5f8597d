import type {IncomingMessage} from 'node:http';
import {RequestError} from './request-error.js';

/** Seconds that whoever sends too much has to hear of it, before the connection ends. */
const PATIENCE = 2;

/**
 * The body of a request.
 *
 * @throws RequestError (a rejection) as soon as it is larger than `most` bytes; what comes then is not kept.
 */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (): void => {
      chunks.length = 0;
      request.removeAllListeners('data').resume(); // it is read, so that the answer is too
      setTimeout(() => request.destroy(), 1000 * PATIENCE).unref();
      reject(new RequestError(413, `This is larger than ${Math.round(most / 1e6)} MB, the most that is taken.`));
    };
    if (Number(request.headers['content-length'] ?? 0) > most) {
      refuse();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > most) refuse();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => {
      reject(new RequestError(400, 'The connection ended before the image did.'));
    });
  });
}
