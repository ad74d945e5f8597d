/** Why a request is not answered, in a sentence for whoever sent it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    /** Of HTTP. */
    readonly status: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
