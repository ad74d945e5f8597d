import {barlowTwins, decoupled, infoNCE, negativeCosine, ntXent, supCon} from '../src/index.js';
import type {CheckLossOptions} from '../src/testing.js';
import type {AnyLoss, Batch} from './evaluate.js';

/** A loss of this package, in one of its forms. */
export interface Form {
  readonly name: string;
  /** Where the loss has no temperature, it is left out of account. */
  readonly make: (temperature: number) => AnyLoss;
  /** What it takes and claims. */
  readonly traits: CheckLossOptions;
  /** Whether it compares directions: lengths, and the axes of the space, do not count. */
  readonly cosine: boolean;
}

/** Every loss in every form. */
export const forms: readonly Form[] = [
  {name: 'ntXent', make: temperature => ntXent({temperature}), traits: {viewSwapInvariant: true}, cosine: true},
  {
    name: 'ntXent in blocks',
    make: temperature => ntXent({temperature, blockSize: 3}),
    traits: {viewSwapInvariant: true},
    cosine: true,
  },
  {name: 'infoNCE', make: temperature => infoNCE({temperature}), traits: {negatives: true}, cosine: true},
  {
    name: 'infoNCE in blocks',
    make: temperature => infoNCE({temperature, blockSize: 3}),
    traits: {negatives: true},
    cosine: true,
  },
  {name: 'decoupled', make: temperature => decoupled({temperature}), traits: {viewSwapInvariant: true}, cosine: true},
  {
    name: 'decoupled, weighted',
    make: temperature => decoupled({temperature, weighting: {}}),
    traits: {viewSwapInvariant: true},
    cosine: true,
  },
  {
    name: 'supCon',
    make: temperature => supCon({temperature}),
    traits: {labels: true, viewSwapInvariant: true},
    cosine: true,
  },
  {name: 'negativeCosine', make: () => negativeCosine(), traits: {viewSwapInvariant: true}, cosine: true},
  {name: 'barlowTwins', make: () => barlowTwins(), traits: {viewSwapInvariant: true}, cosine: false},
];

/** The part of a batch that a loss takes. */
export const taken = ({traits}: Form, {z1, z2, negatives, labels}: Required<Batch>): Batch => ({
  z1,
  z2,
  ...(traits.negatives && {negatives}),
  ...(traits.labels && {labels}),
});
