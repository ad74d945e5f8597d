/** Why a request is not answered, in a sentence for whoever sent it. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    /** Of HTTP. */
    readonly status: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
