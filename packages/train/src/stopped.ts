/** A run that ends between two steps because another rank was told to stop. */
export class StoppedElsewhere extends Error {
  override readonly name = 'StoppedElsewhere';

  constructor() {
    super('train: expected to go on, got word that another rank was told to stop; all ranks stop after this step.');
  }
}
