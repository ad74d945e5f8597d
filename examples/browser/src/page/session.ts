import type {News, Order} from '../messages.js';

/** A worker that computes for the page. */
export interface Session {
  tell(order: Order): void;
  /** Ends it, whatever it does. */
  close(): void;
}

/**
 * Starts a worker.
 *
 * @param hear What to do with its news.
 */
export function openSession(hear: (news: News) => void): Session {
  const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), {type: 'module'});
  let closed = false; // what one that was ended had still to say is of no use
  worker.addEventListener('message', ({data}: MessageEvent<News>) => {
    if (!closed) hear(data);
  });
  worker.addEventListener('error', ({message}) => {
    const reason = (message as string | undefined) ?? 'it could not be loaded'; // an Event has none
    hear({kind: 'failed', of: 'open', message: `The worker ended (${reason}): load the page again.`});
  });
  return {
    tell: order => {
      worker.postMessage(order);
    },
    close: () => {
      closed = true;
      worker.terminate();
    },
  };
}
