import {infoNCE, ntXent, supCon} from '@contrastive/losses';
import {expect, expectTypeOf, test} from 'vitest';
import type {createSimCLR, SimCLROptions} from '../src/index.js';

/** Takes what `createSimCLR` takes as its loss, and makes no networks. */
const take = (loss: NonNullable<Parameters<typeof createSimCLR>[0]['loss']>): unknown => loss;

test('a loss that needs a queue or labels does not compile as the loss of SimCLR', () => {
  const loss = ntXent();
  expect(take(loss)).toBe(loss);
  // @ts-expect-error: SimCLR has no queue
  take(infoNCE());
  // @ts-expect-error: SimCLR has no labels
  take(supCon());
  expectTypeOf<ReturnType<typeof infoNCE>>().not.toExtend<NonNullable<SimCLROptions['loss']>>();
});
