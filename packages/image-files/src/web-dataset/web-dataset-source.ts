import type {StreamSource} from '@contrastive/data';
import {checkValue, integer} from '@contrastive/internal';
import type {Decoders} from '../encoded/contract.js';
import {fingerprint} from './find-shards.js';
import {runPass, type PassSetup} from './pass.js';
import {readPosition, type PassKey} from './position.js';

/** What a source of shards is made of. */
export interface SourceParts
  extends
    PassSetup,
    Pick<PassKey, 'shuffle' | 'interleave' | 'shuffleBuffer'>,
    Pick<StreamSource, 'channels' | 'classNames'> {
  readonly decoders: Decoders;
}

/** Creates the source of shards that were found. */
export function webDatasetSource({
  shuffle,
  interleave,
  shuffleBuffer,
  channels,
  classNames,
  decoders,
  ...setup
}: SourceParts): StreamSource {
  const {shards, bad} = setup;
  const running = new Set<AsyncGenerator>();
  // In the order of the shards none is mixed with another.
  const order = {
    shards: fingerprint(shards),
    shuffle,
    interleave: shuffle ? interleave : 1,
    shuffleBuffer: shuffle ? shuffleBuffer : 0,
  };
  return {
    channels,
    ...(classNames && {classNames}),
    bad: bad.list,
    samples: ({seed, epoch, position}) => {
      checkValue('samples', 'seed', seed, integer());
      checkValue('samples', 'epoch', epoch, integer({least: 0}));
      const key = {seed, epoch, ...order};
      const from = position && readPosition(position, key);
      return {
        async *[Symbol.asyncIterator]() {
          const pass = runPass(key, setup, from);
          running.add(pass);
          try {
            yield* pass;
            if (!running.has(pass))
              throw new Error('webDataset: the source was closed during a pass; close it when the run is over.');
          } finally {
            running.delete(pass);
          }
        },
      };
    },
    views: async (samples, request) => {
      // without the positions
      const result = await decoders.views(
        samples.map(({path, bytes}) => ({path, bytes})),
        request,
      );
      bad.note(samples.length, result.bad);
      return result;
    },
    close: async () => {
      const cut = [...running];
      running.clear();
      await Promise.all(cut.map(pass => pass.return(undefined)));
      await decoders.close();
    },
  };
}
