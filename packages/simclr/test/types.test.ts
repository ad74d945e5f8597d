import {infoNCE, ntXent, supCon} from '@contrastive/losses';
import {expect, expectTypeOf, test} from 'vitest';
import type {simclr, SimCLROptions} from '../src/index.js';

/** Takes what `simclr` takes as its loss, and makes no networks. */
const take = (loss: NonNullable<Parameters<typeof simclr>[0]['loss']>): unknown => loss;

test('a loss that needs a queue does not compile as the loss of SimCLR, one that needs labels does', () => {
  for (const loss of [ntXent(), supCon()]) expect(take(loss)).toBe(loss);
  // @ts-expect-error: SimCLR has no queue
  take(infoNCE());
  expectTypeOf<ReturnType<typeof infoNCE>>().not.toExtend<NonNullable<SimCLROptions['loss']>>();
});
